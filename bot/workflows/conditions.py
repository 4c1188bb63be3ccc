"""`if:` of steps and jobs, as far as it can be decided without running anything.

https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
"""

import re
from collections.abc import Callable, Mapping
from enum import Enum
from functools import lru_cache
from typing import Final

_WRAPPED = re.compile(r"\$\{\{(.*)\}\}", re.DOTALL)
_TOKEN = re.compile(r"\s*(?:(&&|\|\||==|!=|<=|>=|<|>|!|\(|\)|,)|('(?:[^']|'')*')|([A-Za-z_][\w.-]*)|(-?\d+(?:\.\d+)?))")
LENGTH_MAX = 2_000
"""Characters of a condition; a longer one is not decided."""
DEPTH_MAX = 30
"""Brackets inside of each other."""


class _Unknown(Enum):
    FILLED = "filled"  # some text that is not empty


_Value = str | bool | _Unknown | None
"""None is a value that only the run knows."""

_OfTexts = Callable[[str, str], bool]

_OF_TEXTS: Final[Mapping[str, _OfTexts]] = {
    "startswith": str.startswith,
    "endswith": str.endswith,
    "contains": str.__contains__,
}
"""Functions of two texts; GitHub's take no notice of case."""

_ALWAYS_FILLED: Final = frozenset(
    {"github.repository", "github.repository_owner", "github.actor", "github.ref", "github.sha", "github.event_name"}
)
"""Values that every run has."""


def decided(text: str, known: Mapping[str, str | bool]) -> bool | None:
    """Whether a condition holds; None when only the run can tell. `known` has values by name, as inputs.sign."""
    text = text.strip()
    return _decided(text, tuple(known.items())) if text and len(text) <= LENGTH_MAX else None


@lru_cache(maxsize=256)
def _decided(text: str, facts: tuple[tuple[str, str | bool], ...]) -> bool | None:
    """The same condition stands at many steps of a file."""
    inside = wrapped[1] if (wrapped := _WRAPPED.fullmatch(text)) and "${{" not in wrapped[1] else text
    tokens = _tokens(inside)
    if tokens is None:
        return None
    reader = _Reader(tokens, dict(facts))
    value = reader.either()
    return None if reader.broken or reader.at < len(tokens) else _truth(value)


def parts_of(text: str) -> frozenset[str]:
    """The parts of a condition that must all hold, in one spelling; one with a choice in it is a single part."""
    text = text.strip()
    inside = wrapped[1] if (wrapped := _WRAPPED.fullmatch(text)) and "${{" not in wrapped[1] else text
    words = " ".join(inside.split())
    if not words:
        return frozenset()
    return frozenset({words}) if "||" in words else frozenset(part.strip() for part in words.split("&&"))


@lru_cache(maxsize=128)
def _tokens(text: str) -> tuple[str, ...] | None:
    """Of at most LENGTH_MAX characters; one condition is asked about for each event and branch."""
    tokens, at = list[str](), 0
    text = text.strip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            return None
        tokens.append(found[0].strip())
        at = found.end()
    return tuple(tokens)


def _truth(value: _Value) -> bool | None:
    if isinstance(value, _Unknown):
        return True
    return None if value is None else value if isinstance(value, bool) else value not in {"", "0"}


class _Reader:
    """Reads `a && (b || !c) == 'd'`, weakest operator first."""

    def __init__(self, tokens: tuple[str, ...], known: Mapping[str, str | bool]) -> None:
        self.tokens, self.known, self.at, self.depth = tokens, known, 0, 0
        self.broken = False

    def either(self) -> _Value:
        value = self.both()
        while self._take("||"):
            other, left = self.both(), _truth(value)
            value = value if left is True else other if left is False else True if _truth(other) is True else None
        return value

    def both(self) -> _Value:
        value = self.compared()
        while self._take("&&"):
            other, left = self.compared(), _truth(value)
            value = value if left is False else other if left is True else False if _truth(other) is False else None
        return value

    def compared(self) -> _Value:
        value = self.single()
        for sign in ("==", "!="):
            if self._take(sign):
                other = self.single()
                if isinstance(value, _Unknown) or isinstance(other, _Unknown):
                    return sign == "!=" if "" in (value, other) else None
                if value is None or other is None or isinstance(value, bool) is not isinstance(other, bool):
                    return None  # GitHub makes numbers of different types
                return (_text(value) == _text(other)) is (sign == "==")
        return value

    def single(self) -> _Value:
        if self._peek("!"):
            return self._negated()
        if self._take("("):
            return self._bracketed()
        word = self.tokens[self.at] if self.at < len(self.tokens) else ""
        self.at += 1
        if self._peek("(") and word not in {"(", ")"}:
            return self._called(_OF_TEXTS.get(word.lower()))
        return self._value(word)

    def _called(self, function: "_OfTexts | None") -> _Value:
        """A function of two texts that are known; what others give, only the run knows."""
        start, broken = self.at, self.broken
        self.depth += 1
        if function is not None and self.depth <= DEPTH_MAX:
            self.at += 1
            first = self.either()
            second = self.either() if self._take(",") else None
            if self._take(")") and not self.broken and isinstance(first, str) and isinstance(second, str):
                return function(first.lower(), second.lower())
        self.at, self.broken = start, broken
        self._skip_arguments()
        return None

    def _skip_arguments(self) -> None:
        """Of `contains(…)` or `always()`: only the run knows what it gives."""
        opened = 0
        while self.at < len(self.tokens):
            bracket = self.tokens[self.at]
            opened += {"(": 1, ")": -1}.get(bracket, 0)
            self.at += 1
            if not opened:
                return
        self.broken = True

    def _negated(self) -> _Value:
        signs = 0
        while self._take("!"):
            signs += 1
        truth = _truth(self.single())
        return None if truth is None else truth is (signs % 2 == 0)

    def _bracketed(self) -> _Value:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            self.broken = True
            return None
        value = self.either()
        self.broken = self.broken or not self._take(")")
        return value

    def _value(self, word: str) -> _Value:
        if word.startswith("'"):
            return word[1:-1].replace("''", "'")
        if word in {"true", "false"}:
            return word == "true"
        if word[:1].isdigit():
            return word
        if not word or not (word[0].isalpha() or word[0] == "_"):
            self.broken = True
            return None
        if word in self.known:
            return self.known[word]
        by_prefix = self._by_prefix(word)
        return _Unknown.FILLED if by_prefix is None and word in _ALWAYS_FILLED else by_prefix

    def _by_prefix(self, word: str) -> _Value:
        prefixes = (name for name in self.known if name.endswith(".*"))
        return next((self.known[name] for name in prefixes if word.startswith(name[:-1])), None)

    def _peek(self, token: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at] == token

    def _take(self, token: str) -> bool:
        found = self._peek(token)
        self.at += found
        return found


def _text(value: str | bool) -> str:  # noqa: FBT001 - a value of the CI system
    return ("true" if value else "false") if isinstance(value, bool) else value.lower()
