"""How many bytes of a document are read by default; an operator may set other numbers."""

from typing import Final

STATEMENT_MAX: Final = 16 * 1024 * 1024
"""Bytes of a provenance statement; BuildKit itself stops at 40 MiB, real ones have 1 to 20 KB."""

LARGE: Final = 64 * 1024
"""Bytes of a document from which windows pay, and patterns that skip values of several levels in one go, which take
15 ms to compile."""

SBOM_MAX: Final = 32 * 1024 * 1024
"""Bytes of an SBOM statement; a signed SBOM can be many MB."""
