"""Finds credentials in one text, and takes them out of texts that people see.

By the shape of a token first, then by the place where a text stands, then by the name that a value goes by. A value
under a name that says nothing counts when it looks random.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from msgspec import Struct

from bot.attestations.provenance import Exposed, RecordPlace
from bot.attestations.secrets.clouds import CLOUDS
from bot.attestations.secrets.code_hosts import CODE_HOSTS
from bot.attestations.secrets.keys import KEYS
from bot.attestations.secrets.names import names_identity, secret_word
from bot.attestations.secrets.places import CREDENTIAL_PLACES
from bot.attestations.secrets.published import is_published
from bot.attestations.secrets.randomness import entropy, is_random
from bot.attestations.secrets.services import CHAT_AND_MAIL, MODELS, PAYMENTS, PROJECT_TOOLS
from bot.attestations.secrets.shape import TokenPattern

SHORT_MAX: Final = 300
SHORT_KEPT: Final = 1024
"""Characters of a text whose answer is remembered, and how many of these are: images of a team have many in common."""

WITHHELD: Final = "(withheld: it looks like a secret)"

PATTERNS: Final = (
    *CODE_HOSTS,
    *CLOUDS,
    *MODELS,
    *CHAT_AND_MAIL,
    *PAYMENTS,
    *PROJECT_TOOLS,
    *KEYS,
    *CREDENTIAL_PLACES,
)

_BY_LITERAL: Final = tuple((pattern.literal, pattern) for pattern in PATTERNS)

_CHOSEN: Final = frozenset({RecordPlace.BUILD_ARGUMENT, RecordPlace.STEP_ENVIRONMENT, RecordPlace.IMAGE_ENVIRONMENT})
"""Places whose values people choose; random values elsewhere are identifiers that a machine gave."""


class Leak(Struct, frozen=True):
    """A credential that everybody can read. The value itself is left behind; its length is in characters."""

    place: str
    key: str
    kind: str  # "GitHub token", "password in a URL", "named like a password"
    length: int


def looks_secret(exposed: Exposed) -> Leak | None:
    """The first leak, or None when the text looks harmless. No part of the value is in the answer."""
    return next(leaks_in(exposed), None)


def patterns_in(texts: Iterable[str]) -> tuple[TokenPattern, ...]:
    """The patterns that some of these texts may match: asked once for many texts, which mostly hold few literals."""
    whole = "\n".join(texts)
    return tuple(pattern for literal, pattern in _BY_LITERAL if literal in whole)


def leaks_in(exposed: Exposed, patterns: Iterable[TokenPattern] = PATTERNS) -> Iterator[Leak]:
    """All leaks of one text: a Dockerfile may hold several. `patterns`: those of `patterns_in`, asked for this one."""
    by_shape = False
    for leak in _by_shape(exposed, patterns):
        by_shape = True
        yield leak
    if not by_shape:
        yield from _by_name(exposed)


def shown(text: str) -> str:
    """The text as it may be shown: each credential that its shape or its place gives away is withheld."""
    if not text:
        return text
    return _short_shown(text) if len(text) <= SHORT_MAX else _shown(text)


@lru_cache(maxsize=SHORT_KEPT)
def _short_shown(text: str) -> str:
    return _shown(text)


def _shown(text: str) -> str:
    for literal, pattern in _BY_LITERAL:
        if literal in text and (matches := tuple(pattern.matches(text))):  # nearly every text has none
            text = "".join(_without(pattern, text, matches))
    return text


def _without(pattern: TokenPattern, text: str, matches: Iterable[re.Match[str]]) -> Iterator[str]:
    end = 0
    for match in matches:
        if value := _value(pattern, match):
            yield text[end : match.start()]
            yield match[0].replace(value, WITHHELD)
            end = match.end()
    yield text[end:]


def _by_shape(exposed: Exposed, patterns: Iterable[TokenPattern]) -> Iterator[Leak]:
    text = exposed.value
    for pattern in [pattern for pattern in patterns if pattern.literal in text]:
        for match in pattern.matches(text):
            if value := _value(pattern, match):
                yield Leak(exposed.place, exposed.key, pattern.kind, len(value))


def _value(pattern: TokenPattern, match: re.Match[str]) -> str:
    """The credential in the match; "" when it is not one.

    What people chose may be anything; what a machine made has some entropy and no placeholder in it.
    """
    if "value" not in pattern.pattern.groupindex:
        text = match[0]
        return text if entropy(text) >= pattern.entropy and not _is_sample(text) else ""
    from bot.attestations.secrets.values import is_credential, is_harmless  # noqa: PLC0415 - few texts have a match

    value = match["value"]
    if _is_sample(value) or (not is_credential(value, pattern.word) if pattern.word else is_harmless(value)):
        return ""
    return value


def _is_sample(text: str) -> bool:
    from bot.attestations.secrets.values import is_filled_up, is_placeholder  # noqa: PLC0415 - few texts have a match

    return is_placeholder(text) or is_filled_up(text) or is_published(text)


def _by_name(exposed: Exposed) -> Iterator[Leak]:
    value = exposed.value.strip().strip("\"'")
    if "\n" in value:
        return
    if word := secret_word(exposed.key):
        from bot.attestations.secrets.values import is_credential  # noqa: PLC0415 - few names are about a secret

        if is_credential(value, word):
            yield Leak(exposed.place, exposed.key, f"named like a {word}", len(value))
    elif exposed.place in _CHOSEN and not names_identity(exposed.key) and is_random(value) and not _is_sample(value):
        yield Leak(exposed.place, exposed.key, "random text", len(value))
