"""A unified diff as SARIF's replacements: which lines go, and what comes in their place.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/ (sections 3.55 to 3.57)
"""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct, field

_HUNK: Final = re.compile(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@")


class _Change(Struct):
    """Lines that stand together: `at` is the first old one, or the one before which new ones come."""

    at: int
    gone: int = 0
    new: list[str] = field(default_factory=list)


def replacements(diff: str) -> list[dict[str, object]]:
    """One for each stretch of changed lines; none for a diff that has no hunk."""
    return [_replacement(change) for change in _changes(diff) if change.gone or change.new]


def _changes(diff: str) -> Iterator[_Change]:
    change, at = _Change(0), 0
    for line in diff.splitlines(keepends=True):
        if hunk := _HUNK.match(line):
            yield change
            at = int(hunk[1]) + (hunk[2] == "0")  # with no old lines, the number is the one before
            change = _Change(at)
        elif at and line.startswith("-"):
            change.gone, at = change.gone + 1, at + 1
        elif at and line.startswith("+"):
            change.new.append(line[1:])
        elif at and line.startswith(" "):
            yield change
            at += 1
            change = _Change(at)
    yield change


def _replacement(change: _Change) -> dict[str, object]:
    end = change.at + change.gone
    region = {"startLine": change.at, "startColumn": 1, "endLine": end, "endColumn": 1}
    return {"deletedRegion": region, "insertedContent": {"text": "".join(change.new)}}
