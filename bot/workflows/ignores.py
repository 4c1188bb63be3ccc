"""`# provenance: ignore[rule-id] reason`: a line that a person has looked at, and says why it may stay.

It silences its own line; alone on a line, the next one that is neither blank nor a comment. A reason is wanted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.workflows.text import Place, SourceText

_IGNORE = re.compile(r"(?:#|//)[ \t]*provenance:[ \t]*ignore\[([^\]\n]*)\][ \t]*([^\r\n]*)")


@dataclass(frozen=True, slots=True)
class Ignore:
    """One such comment: the line that it silences, and for which rules."""

    line: int
    rules: frozenset[str]
    reason: str
    place: Place


def read_ignores(source: SourceText) -> Iterator[Ignore]:
    """All of them, with or without a reason."""
    for found in _IGNORE.finditer(source.text):
        line, _ = source.position(found.start())
        if source.begins_line(found.start()):
            line = _next_line(source, line, found.end())
        rules = frozenset(word.strip() for word in found[1].split(",") if word.strip())
        yield Ignore(line, rules, found[2].strip(), Place(found.start(), found.end()))


def _next_line(source: SourceText, line: int, at: int) -> int:
    for offset, text in enumerate(source.text[at:].split("\n")[1:], start=1):
        if text.strip() and not text.strip().startswith(("#", "//")):
            return line + offset
    return line
