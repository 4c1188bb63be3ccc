"""Registries that announce pushes, one a file: bytes and headers in, pushes out; verified before parsed.

To add one: a file here with a receiver, a line in `RECEIVERS`, a fixture and one expectation in tests/webhooks/.
"""
