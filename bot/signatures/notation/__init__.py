"""Signatures of the Notary Project (Notation)."""
