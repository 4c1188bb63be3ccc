"""The named group `version` in a policy's `releases` pattern: which part of a tag is the version.

The engine that matches patterns in linear time (bot/rules/patterns.py) tells no groups. So the pattern is taken apart
at the group, and each of the three parts is matched alone.
"""

import re
from functools import lru_cache
from typing import Final

from msgspec import Struct

from bot.errors import MalformedError
from bot.rules.patterns import fits, require_pattern

_NAMED: Final = re.compile(r"\(\?P?<(\w+)>")
_OPENS: Final = re.compile(r"\(\?P?<version>")
_TOKENS: Final = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|]", re.DOTALL)
_TAG_MAX: Final = 128


class VersionParts(Struct, frozen=True):
    """The version in a tag, and what stands before and after it."""

    before: str
    version: str
    after: str


def require_releases(pattern: str) -> str:
    """The pattern. Raises MalformedError when it is not valid, or names a group where the version cannot be told."""
    require_pattern(pattern)
    names = _NAMED.findall(pattern)
    if strange := [name for name in names if name != "version"]:
        raise MalformedError(f"the only group that may have a name is `version`, not {strange[0][:40]!r}")
    if len(names) > 1:
        raise MalformedError("the group `version` occurs twice")
    if names:
        for part in _parts(pattern):
            require_pattern(part)
    return pattern


def version_in(pattern: str, tag: str) -> VersionParts | None:
    """What the group `version` stands for in that tag; None without the group, or when the pattern does not match.

    The leftmost version, and of those the longest.
    """
    if not _OPENS.search(pattern) or len(tag) > _TAG_MAX:
        return None
    before, inside, after = _parts(pattern)
    starts = [place for place in range(len(tag) + 1) if fits(before, tag[:place])]
    ends = [place for place in range(len(tag), -1, -1) if fits(after, tag[place:])]
    for start in starts:
        for end in ends:
            if end > start and fits(inside, tag[start:end]):
                return VersionParts(tag[:start], tag[start:end], tag[end:])
    return None


@lru_cache(maxsize=256)
def _parts(pattern: str) -> tuple[str, str, str]:
    """The pattern before, in and after the group. What is not anchored may stand anywhere in the tag."""
    opens = _OPENS.search(pattern)
    if opens is None:
        raise MalformedError("the pattern has no group `version`")
    depth, closes = 0, 0
    for token in _TOKENS.finditer(pattern):
        if token.start() == opens.start() and depth:
            raise MalformedError("the group `version` must not be inside another group")
        if token[0] == "|" and not depth:
            raise MalformedError("the group `version` must not be in one of several alternatives")
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if token[0] == ")" and not depth and token.start() > opens.start() and not closes:
            closes = token.end()
    if not closes or pattern[closes : closes + 1] in {"?", "*", "+", "{"}:
        raise MalformedError("the group `version` must occur exactly once in a tag")
    before, inside, after = pattern[: opens.start()], pattern[opens.end() : closes - 1], pattern[closes:]
    before = before if before.startswith("^") else f".*(?:{before})"
    after = after if after.endswith("$") else f"(?:{after}).*"
    return before, inside, after
