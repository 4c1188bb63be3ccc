"""Cells of CSV files that people open in a spreadsheet."""

import unicodedata
from typing import Final

from bot.render.plain import plain

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
"""With these a spreadsheet may take a cell for a formula (OWASP, "CSV Injection")."""


def cell(text: str) -> str:
    """One cell that no spreadsheet runs: a formula's first character gets an apostrophe in front."""
    shown = plain(text)
    first = unicodedata.normalize("NFKC", shown.lstrip()[:1])  # some spreadsheets take the full-width signs, too
    return f"'{shown}" if first.startswith(_FORMULA) else shown
