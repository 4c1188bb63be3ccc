"""What a pattern for one kind of credential is, and how to write one.

To add one: a kind that people know, a literal that every such text holds (looked for first, since long texts are
mostly harmless), and a pattern. A pattern has no nested repetition and every repetition is bounded: texts come from
strangers, and and the time grows with the length of the text and no faster.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from msgspec import Struct

RANDOM_MIN: Final = 1.6
"""Bits a character, at least, in a token that a machine made; `AKIAXXXXXXXXXXXXXXXX` has 1.0, digits alone have 3.3."""

BODY_MAX: Final = 4096
"""Characters of the longest token that is read as one."""

_START: Final = r"(?<![A-Za-z0-9_-])"
_END: Final = r"(?![A-Za-z0-9])"
WITH_DIGIT: Final = r"(?=[A-Za-z=_-]{0,60}[0-9])"
WITH_CAPITAL: Final = r"(?=[a-z0-9=_-]{0,60}[A-Z])"
"""For tokens with a short prefix, which a long name may share."""

_REPEAT: Final = re.compile(r"\{(\d+),\}")


@cache
def _compiled(expression: str, flags: re.RegexFlag) -> re.Pattern[str]:
    return re.compile(expression, flags)


class TokenPattern(Struct, frozen=True):
    """One kind of credential. The group named `value`, else the whole match, is what leaks.

    `value` is a text that people chose, so it may be a placeholder; `word` says what its place calls it. A token
    without `value` was made by a machine, so it has at least `entropy` bits a character.
    """

    kind: str
    literal: str
    expression: str
    word: str = ""
    entropy: float = RANDOM_MIN
    leads: bool = False
    """Whether every match begins with the literal, which is found much faster than a pattern."""

    flags: re.RegexFlag = re.NOFLAG

    @property
    def pattern(self) -> re.Pattern[str]:
        """The expression, compiled when the first text has the literal: most are never needed."""
        return _compiled(self.expression, self.flags)

    def matches(self, text: str) -> Iterator[re.Match[str]]:
        """The matches from left to right; none overlaps the one before it."""
        if not self.leads:
            if self.literal in text:
                yield from self.pattern.finditer(text)
            return
        at, pattern = text.find(self.literal), self.pattern
        while at >= 0:
            match = pattern.match(text, at)
            if match:
                yield match
            at = text.find(self.literal, match.end() if match else at + 1)


def token(kind: str, literal: str, pattern: str, *, entropy: float = RANDOM_MIN) -> TokenPattern:
    """A token that begins and ends at a boundary of words, so base64 text does not match by chance.

    `{20,}` in the pattern means at least 20 characters and at most BODY_MAX.
    """
    bounded = _REPEAT.sub(rf"{{\1,{BODY_MAX}}}", pattern)
    whole = f"{_START}(?:{bounded}){_END}"
    leads = pattern.replace("\\", "").startswith(literal)
    return TokenPattern(kind, literal, whole, entropy=entropy, leads=leads, flags=re.ASCII)
