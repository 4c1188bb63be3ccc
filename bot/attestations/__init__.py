"""Statements about images and their contents. No I/O: bytes come in, values that never change go out.

Another kind of attestation is one file here, and one branch where `reading.py` reads them.
"""
