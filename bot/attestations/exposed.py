"""Every text in provenance that may hold a secret, and where it is; for all sources, bounded.

A place is named in words, without positions, so that the same secret in twenty steps is one finding.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Final

from msgspec import Struct

from bot.attestations.build_request import BUILD_ARG, LABEL, arguments
from bot.attestations.exposed_steps import step_texts
from bot.attestations.exposed_text import decoded, keyed, leaves, within
from bot.attestations.provenance import Exposed, RecordPlace
from bot.attestations.slsa_parts import PredicateParts
from bot.attestations.values import Document, mapping, mappings

EXPOSED_MAX: Final = 20_000
"""Texts of one predicate or configuration; real ones have a few hundred."""

EXPOSED_CHARS_MAX: Final = 2 * 1024 * 1024
"""Characters of them all; every token pattern is searched in them."""

LOOKED_MAX: Final = 2 * EXPOSED_MAX
"""Texts that are looked at, equal ones included: a history of 4 MB may say the same 200,000 times."""

_CONTEXT: Final = "context:"
_PAYLOAD: Final = "github_event_payload"
_GIVEN: Final = frozenset({"inputs", "client_payload"})
"""PredicateParts of the CI event that people fill in, by names that mean something."""


class Found(Struct, frozen=True):
    """The texts, each once. `unread` says in a sentence what was left out."""

    texts: tuple[Exposed, ...]
    unread: tuple[str, ...] = ()


def exposed_in(predicate: Document, parts: PredicateParts | None = None) -> Found:
    """The texts of a predicate: by place for BuildKit's, every string for other builders'."""
    texts = _buildkit_texts(parts) if parts else leaves(RecordPlace.PROVENANCE, predicate)
    return bounded(texts, where="the provenance")


def bounded(texts: Iterator[Exposed], *, where: str) -> Found:
    """The texts, each once, as many as the limits allow."""
    kept: dict[Exposed, None] = {}
    characters = 0
    for looked, exposed in enumerate(texts):
        if looked >= LOOKED_MAX:
            limit = f"only the first {LOOKED_MAX} texts of {where} were searched for secrets, equal ones included"
            return Found(tuple(kept), (limit,))
        if not exposed.value:
            continue
        before = len(kept)
        kept[exposed] = None
        if len(kept) == before:
            continue
        characters += len(exposed.value)
        if before >= EXPOSED_MAX or characters > EXPOSED_CHARS_MAX:
            del kept[exposed]
            more = f"{EXPOSED_MAX} texts or {EXPOSED_CHARS_MAX} characters"
            limit = f"only the first {before} texts of {where} were searched for secrets: it has more than {more}"
            return Found(tuple(kept), (limit,))
    return Found(tuple(kept))


def _buildkit_texts(parts: PredicateParts) -> Iterator[Exposed]:
    yield from chain.from_iterable(_argument_texts(key, value) for key, value in arguments(parts))
    yield from leaves(RecordPlace.CONFIG_SOURCE, parts.config_source, keyed=False)
    yield from leaves(RecordPlace.VCS, parts.vcs, keyed=False)
    for material in parts.materials:
        yield from leaves(RecordPlace.MATERIALS, material.get("uri"), keyed=False)
    yield from _source_infos(parts)
    yield from step_texts(parts.steps)
    yield from _context_texts(parts)


def _argument_texts(key: str, value: str) -> Iterator[Exposed]:
    if key.startswith(BUILD_ARG):
        yield from keyed(RecordPlace.BUILD_ARGUMENT, key.removeprefix(BUILD_ARG), value)
    elif key.startswith(LABEL):
        yield Exposed(RecordPlace.LABEL, key.removeprefix(LABEL), value)
    elif key.startswith(_CONTEXT):
        yield Exposed(RecordPlace.NAMED_CONTEXT, "", value)
    else:
        yield Exposed(RecordPlace.FRONTEND_OPTION, "", value)


def _source_infos(parts: PredicateParts) -> Iterator[Exposed]:
    for info in mappings(mapping(parts.buildkit.get("source")).get("infos")):
        if isinstance(data := info.get("data"), str):
            yield from within(RecordPlace.DOCKERFILE, decoded(data))
        yield from step_texts(mappings(info.get("llbDefinition")))


def _context_texts(parts: PredicateParts) -> Iterator[Exposed]:
    """The CI context; operators of a BuildKit daemon may have added keys of their own."""
    for key, value in parts.environment.items():
        if key != _PAYLOAD:
            yield from leaves(RecordPlace.CI_CONTEXT, value, key=key)
    payload = parts.environment.get(_PAYLOAD)
    for key, value in (payload if isinstance(payload, dict) else {"": payload}).items():
        yield from leaves(RecordPlace.CI_EVENT, value, key=key, keyed=key in _GIVEN)
