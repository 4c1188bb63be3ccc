"""Sigstore bundles: one document with envelope, certificate, log entries and timestamps."""
