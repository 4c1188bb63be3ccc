"""The functions that the vectors call, and random texts of a pattern. The same seed gives the same texts."""

import base64
import random
import re
from collections.abc import Iterable
from re import _constants as codes
from re import _parser as parser
from typing import Any, Final

_PRINTABLE: Final = [chr(code) for code in range(32, 127)]
_REPEAT_MAX: Final = 12
"""Further repetitions of what a pattern does not bound."""


def as_python(pattern: str) -> str:
    """A pattern of Go (RE2) as Python writes it."""
    pattern = pattern.replace("[[:alnum:]]", "[A-Za-z0-9]").replace("[:alnum:]", "A-Za-z0-9").replace(r"\z", r"\Z")
    while (at := pattern.find("(?i)", 1)) > 0:
        end = _end_of_group(pattern, at + 4)
        pattern = f"{pattern[:at]}(?i:{pattern[at + 4 : end]}){pattern[end:]}"
    return pattern


def _end_of_group(pattern: str, at: int) -> int:
    depth = 0
    in_class = False
    while at < len(pattern):
        sign = pattern[at]
        if sign == "\\":
            at += 1
        elif in_class:
            in_class = sign != "]"
        elif sign == "[":
            in_class = True
        elif sign == "(":
            depth += 1
        elif sign == ")":
            if depth == 0:
                return at
            depth -= 1
        at += 1
    return at


class Secrets:
    """Random texts of patterns."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - made-up texts, not keys

    def new(self, pattern: str) -> str:
        """A text that matches; flags and boundaries are left aside."""
        return "".join(self._texts(parser.parse(as_python(pattern.removeprefix("(?i)")).replace(r"\b", ""))))

    def plausible(self, pattern: str) -> str:
        """A text with a digit in it."""
        while not re.search(r"[1-9]", text := self.new(pattern)):
            pass
        return text

    def _texts(self, nodes: Iterable[Any]) -> Iterable[str]:
        for code, argument in nodes:
            if code is codes.LITERAL:
                yield chr(argument)
            elif code is codes.ANY:
                yield self._random.choice(_PRINTABLE)
            elif code is codes.IN:
                yield self._random.choice(_members(argument))
            elif code in {codes.MAX_REPEAT, codes.MIN_REPEAT}:
                low, high, inner = argument
                for _ in range(self._random.randint(low, min(int(high), low + _REPEAT_MAX))):
                    yield from self._texts(inner)
            elif code is codes.SUBPATTERN:
                yield from self._texts(argument[-1])
            elif code is codes.BRANCH:
                yield from self._texts(self._random.choice(argument[1]))


def _members(items: Iterable[Any]) -> list[str]:
    found: list[str] = []
    negated = False
    for code, argument in items:
        if code is codes.NEGATE:
            negated = True
        elif code is codes.LITERAL:
            found.append(chr(argument))
        elif code is codes.RANGE:
            found += [chr(one) for one in range(argument[0], argument[1] + 1)]
        elif code is codes.CATEGORY:
            category = {codes.CATEGORY_DIGIT: r"\d", codes.CATEGORY_WORD: r"\w"}.get(argument, r"\S")
            found += [sign for sign in _PRINTABLE if re.fullmatch(category, sign)]
    return [sign for sign in _PRINTABLE if sign not in found] if negated else found


def sprintf(form: str, *arguments: Any) -> str:  # noqa: ANN401
    """fmt.Sprintf of strings."""
    left = list(arguments)
    return re.sub(r"%[svd%]", lambda match: "%" if match[0] == "%%" else str(left.pop(0)), form)


def encoded(*, url: bool, padded: bool) -> Any:  # noqa: ANN401
    """One of Go's four forms of base64."""

    def encode(text: str) -> str:
        code = base64.urlsafe_b64encode if url else base64.b64encode
        told = code(text.encode()).decode()
        return told if padded else told.rstrip("=")

    return encode
