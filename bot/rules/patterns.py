r"""The patterns of a policy, matched in time that grows with the text and no faster.

Texts come from attackers, patterns from people in a hurry; Python's own engine would let one word of theirs run for
hours. The engine here (Rust's, by way of pydantic) has neither look-around nor back-references, and needs none.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from pydantic_core import SchemaError, SchemaValidator, core_schema

from bot.errors import MalformedError

PATTERN_MAX: Final = 500
"""Characters of a pattern; those for workflow identities have about 150."""

TEXT_MAX: Final = 8192
"""Characters of a text; longer ones fit no pattern."""

_DOT: Final = r"(?:\.|%(?:25)*2e)"
_SLASH: Final = r"(?:[/\\]|%(?:25)*(?:2f|5c))"
_CLIMBS: Final = re.compile(rf"(?:{_SLASH}|:){_DOT}{{1,2}}(?:{_SLASH}|[?#;]|\Z)", re.IGNORECASE)
"""A step of a path that stays where it is or goes up, as it is or encoded, once or more often (RFC 3986, 5.2.4)."""

_DROPPED: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
"""Control signs, which some readers leave out of an address and others send."""


def fits(pattern: str, text: str) -> bool:
    """Whether the pattern is for all of the text."""
    return _matches(f"^(?:{pattern})$", text)


def is_in(pattern: str, text: str) -> bool:
    """Whether the pattern occurs in the text; it may anchor itself."""
    return _matches(pattern, text)


def is_listed(text: str, patterns: Iterable[str]) -> bool:
    r"""Whether some pattern names the text: all of it, or its beginning when the pattern ends in "/".

    `https://github\.com/acme/` names every repository below. No pattern names an address that climbs up again, such as
    `https://github.com/acme/../other/app`: Git and HTTP clients drop the steps, and build from the other one. Nor one
    with control signs in it: `/.<newline>./` is such a step for those who leave them out.
    """
    if len(text) > TEXT_MAX or _CLIMBS.search(text) or _DROPPED.search(text):
        return False
    return any(fits(one, text) or (one.endswith("/") and _matches(f"^(?:{one})", text)) for one in patterns)


def require_pattern(pattern: str) -> str:
    """The pattern. Raises MalformedError when it is too long or not valid."""
    if len(pattern) > PATTERN_MAX:
        raise MalformedError(f"a pattern has at most PATTERN_MAX = {PATTERN_MAX} characters, this one {len(pattern)}")
    _compiled(f"^(?:{pattern})$")
    _compiled(pattern)
    return pattern


def _matches(pattern: str, text: str) -> bool:
    return len(text) <= TEXT_MAX and _compiled(pattern).isinstance_python(text)


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> SchemaValidator:
    try:
        return SchemaValidator(core_schema.str_schema(pattern=pattern, regex_engine="rust-regex", strict=True))
    except SchemaError as error:
        why = [line.strip() for line in str(error).splitlines() if "error:" in line]
        raise MalformedError(
            f"not a pattern: {why[-1].partition('error:')[2].strip() if why else 'cannot be read'}"
        ) from None
