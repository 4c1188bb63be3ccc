"""Does a text that everybody can read look like a credential? Answers where and what kind, never the value.

By the shape of a token first (token_patterns.py), then by the name that the value goes by (secret_names.py), unless
the value is none (secret_values.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.attestations.credential_places import CREDENTIAL_PLACES
from bot.attestations.provenance import Exposed
from bot.attestations.secret_names import secret_word
from bot.attestations.secret_values import is_credential, is_harmless, is_placeholder
from bot.attestations.token_patterns import TOKEN_PATTERNS, TokenPattern

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


def _by_shape(exposed: Exposed) -> Iterator[Leak]:
    for pattern in PATTERNS:
        if pattern.literal not in exposed.value:
            continue
        for match in pattern.pattern.finditer(exposed.value):
            free = "value" in pattern.pattern.groupindex
            value = match["value"] if free else match[0]
            if _counts(value, pattern, free=free):
                yield Leak(exposed.place, exposed.key, pattern.kind, len(value))


def _counts(value: str, pattern: TokenPattern, *, free: bool) -> bool:
    """What people chose may be anything; what a machine made only looks like this when it is one."""
    if pattern.word:
        return is_credential(value, pattern.word)
    return not (is_harmless(value) if free else is_placeholder(value))


def _by_name(exposed: Exposed) -> Iterator[Leak]:
    word = secret_word(exposed.key)
    value = exposed.value.strip().strip("\"'")
    if word and "\n" not in value and is_credential(value, word):
        yield Leak(exposed.place, exposed.key, f"named like a {word}", len(value))
