"""Signing certificates: their chain, their certificate-log timestamp, and whom they name."""
