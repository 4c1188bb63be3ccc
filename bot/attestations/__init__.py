"""Statements about images and their contents. No I/O: bytes come in, frozen dataclasses go out.

Another kind of attestation is one file here, and one branch where `reading.py` reads them.
"""
