"""How many values are parsed of one document and in one check, counted before the bytes are parsed.

A byte count alone does not bound the work: `[0,0,…]` has two million values in 4 MB, and each costs a microsecond
whenever the document is read. So what separates values is counted first, which takes a millisecond.
"""

from typing import Final

from bot.errors import OverLimitError
from bot.oci import tally

DOCUMENT_VALUES_MAX: Final = 50_000
"""Commas and brackets of one manifest, index, configuration or list of referrers; most have a few hundred, and an
artifact of 8,000 layers with titles has as many."""

VALUE_BYTES: Final = 64
"""Bytes that take as long to parse as one value."""


def require_few_values(data: bytes, *, what: str, values: int | None = None) -> None:
    """Count the work of parsing the bytes once. Raises OverLimitError when it is too much, also for the check.

    `values`: what `count_values` said of the same bytes before.
    """
    values = count_values(data) if values is None else values
    if values > DOCUMENT_VALUES_MAX:
        text = f"{what} has some {values} values, more than DOCUMENT_VALUES_MAX = {DOCUMENT_VALUES_MAX}"
        raise OverLimitError(text)
    tally.current().parse(values + len(data) // VALUE_BYTES)


def require_few_in_statements(data: bytes) -> None:
    """Count the work of parsing a statement. Raises OverLimitError when all statements of a check are too much."""
    tally.current().parse_statement(count_values(data) + len(data) // VALUE_BYTES)


def count_values(data: bytes) -> int:
    """Commas and brackets; those in texts, too."""
    return data.count(b",") + data.count(b"{") + data.count(b"[")
