"""Does a text that everybody can read look like a credential? Answers where and what kind, never the value.

By the shape of a token first (token_patterns.py), then by the name that the value goes by (secret_names.py), unless
the value is none (secret_values.py).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from bot.attestations.credential_places import CREDENTIAL_PLACES
from bot.attestations.provenance import Exposed
from bot.attestations.secret_names import secret_word
from bot.attestations.secret_values import is_credential, is_harmless, is_placeholder
from bot.attestations.token_patterns import TOKEN_PATTERNS, TokenPattern

WITHHELD: Final = "(withheld: it looks like a secret)"

PATTERNS: Final = (*TOKEN_PATTERNS, *CREDENTIAL_PLACES)


@dataclass(frozen=True, slots=True)
class Leak:
    """A credential that stands in the open. The value itself is left behind; its length is in characters."""

    place: str
    key: str
    kind: str  # "GitHub token", "password in a URL", "named like a password"
    length: int


def looks_secret(exposed: Exposed) -> Leak | None:
    """The first leak, or None when the text looks harmless. No part of the value is in the answer."""
    return next(leaks_in(exposed), None)


def leaks_in(exposed: Exposed) -> Iterator[Leak]:
    """All leaks of one text: a Dockerfile may hold several."""
    by_shape = False
    for leak in _by_shape(exposed):
        by_shape = True
        yield leak
    if not by_shape:
        yield from _by_name(exposed)


def without_secrets(text: str) -> str:
    """The text with everything in it withheld that is a credential by its shape or its place."""
    for pattern in PATTERNS:
        if pattern.literal in text:
            text = pattern.pattern.sub(partial(_withheld, pattern), text)
    return text


def _withheld(pattern: TokenPattern, match: re.Match[str]) -> str:
    value = _value(pattern, match)
    return match[0].replace(value, WITHHELD) if value else match[0]


def _by_shape(exposed: Exposed) -> Iterator[Leak]:
    for pattern in PATTERNS:
        if pattern.literal not in exposed.value:
            continue
        for match in pattern.pattern.finditer(exposed.value):
            if value := _value(pattern, match):
                yield Leak(exposed.place, exposed.key, pattern.kind, len(value))


def _value(pattern: TokenPattern, match: re.Match[str]) -> str:
    """The credential in the match; "" when it is none.

    What people chose may be anything; what a machine made only looks like this when it is one.
    """
    if "value" not in pattern.pattern.groupindex:
        return "" if is_placeholder(match[0]) else match[0]
    value = match["value"]
    harmless = not is_credential(value, pattern.word) if pattern.word else is_harmless(value)
    return "" if harmless else value


def _by_name(exposed: Exposed) -> Iterator[Leak]:
    word = secret_word(exposed.key)
    value = exposed.value.strip().strip("\"'")
    if word and "\n" not in value and is_credential(value, word):
        yield Leak(exposed.place, exposed.key, f"named like a {word}", len(value))
