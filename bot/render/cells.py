"""Cells of CSV files that people open in a spreadsheet."""

from typing import Final

from bot.render.plain import plain

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
"""With these a spreadsheet may take a cell for a formula (OWASP, "CSV Injection")."""


def cell(text: str) -> str:
    """One cell that no spreadsheet runs: a formula's first character gets an apostrophe in front."""
    shown = plain(text)
    return f"'{shown}" if shown.lstrip(" ").startswith(_FORMULA) else shown
