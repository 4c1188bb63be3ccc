"""`# provenance: ignore[rule-id] reason`: a line that a person has looked at, and says why it may stay.

It silences its own line; alone on a line, the next one that is neither blank nor a comment. A reason is wanted.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from bot.workflows.text import Place, SourceText

_IGNORE = re.compile(r"(?:#|//)[ \t]*provenance:[ \t]*ignore\[([^\[\]\n]*)\][ \t]*([^\r\n]*)")
_WORD = "ignore["


class Ignore(Struct, frozen=True):
    """One such comment: the line that it silences, and for which rules."""

    line: int
    rules: frozenset[str]
    reason: str
    place: Place


def read_ignores(source: SourceText) -> Iterator[Ignore]:
    """All of them, with or without a reason."""
    if _WORD not in source.text:  # as most
        return
    following: list[int] = []
    for found in _IGNORE.finditer(source.text):
        line, _ = source.position(found.start())
        if source.begins_line(found.start()):
            following = following or _following(source.text)
            line = following[line - 1]
        rules = frozenset(word.strip() for word in found[1].split(",") if word.strip())
        yield Ignore(line, rules, found[2].strip(), Place(found.start(), found.end()))


def _following(text: str) -> list[int]:
    """For each line the next one, from itself on, that is neither blank nor a comment; itself when there is none."""
    lines = text.split("\n")
    following, after = list(range(1, len(lines) + 1)), 0
    for number in range(len(lines), 0, -1):
        stripped = lines[number - 1].strip()
        after = number if stripped and not stripped.startswith(("#", "//")) else after
        following[number - 1] = after or number
    return following
