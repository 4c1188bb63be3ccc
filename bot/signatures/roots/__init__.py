"""Trusted roots: reading them, renewing them, trying several."""
