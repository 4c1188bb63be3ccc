"""How many of the public test vectors of gitleaks the secret detector finds: `make bench-secrets GITLEAKS=folder`."""
