"""Reads a provenance statement into the normalised model."""

from collections.abc import Iterator
from importlib import import_module
from typing import Final

from bot.attestations import buildkit
from bot.attestations.build_request import BUILD_ARG, LABEL, named, secret_ids
from bot.attestations.exposed import exposed_in
from bot.attestations.materials import base_images
from bot.attestations.private_data import private_places
from bot.attestations.provenance import Mode, Provenance
from bot.attestations.repository import BuildSource, source_of
from bot.attestations.slsa_keys import notice_folded
from bot.attestations.slsa_parts import PredicateParts
from bot.attestations.statement import SLSA_V02, SLSA_V1, Statement
from bot.attestations.values import mapping
from bot.attestations.workflow_run import repository_private, run_url, workflow_path

_VERSIONS: Final = {SLSA_V02: "slsa_v02", SLSA_V1: "slsa_v1"}
"""Modules of this folder, imported when a statement is of that version."""


def read_provenance(statement: Statement) -> Provenance:
    """What the statement says. An unknown predicate version is provenance without a mode. Raises MalformedError."""
    predicate = mapping(statement.predicate)
    notice_folded(predicate, statement.predicate_type)
    if not predicate:
        said = ("the predicate is empty or not an object",)
        return Provenance(_version(statement), None, inconsistencies=said)
    version = _VERSIONS.get(statement.predicate_type)
    if version is None:
        found = exposed_in(predicate)
        return Provenance("", None, exposed=found.texts, unread=found.unread)
    parts: PredicateParts = import_module(f"bot.attestations.{version}").take_apart(predicate)
    return _normalise(parts, statement)


def _normalise(parts: PredicateParts, statement: Statement) -> Provenance:
    is_buildkit = buildkit.is_buildkit(parts)
    labels = named(parts, LABEL)
    source = source_of(parts, labels) if is_buildkit else _foreign_source(parts)
    found = exposed_in(mapping(statement.predicate), parts if is_buildkit else None)
    return Provenance(
        slsa=parts.slsa,
        mode=buildkit.mode(parts) if is_buildkit else Mode.FOREIGN if parts.build_type else None,
        build_type=parts.build_type,
        builder_id=parts.builder_id,
        source=source.uri,
        revision=source.revision,
        source_from=source.place,
        ref=source.ref,
        workflow=workflow_path(parts),
        run=run_url(parts),
        started_on=parts.started_on,
        finished_on=parts.finished_on,
        build_args=tuple(sorted(named(parts, BUILD_ARG))),
        base_images=base_images(parts),
        secret_ids=secret_ids(parts),
        labels=tuple(sorted(labels.items())),
        inconsistencies=tuple(_inconsistencies(parts, is_buildkit=is_buildkit)),
        private_data=tuple(private_places(parts, found.texts)),
        exposed=found.texts,
        unread=found.unread,
        repository_private=repository_private(parts),
    )


def _foreign_source(parts: PredicateParts) -> BuildSource:
    from bot.attestations.foreign import foreign_source  # noqa: PLC0415 - most images are BuildKit's

    return foreign_source(parts)


def _inconsistencies(parts: PredicateParts, *, is_buildkit: bool) -> Iterator[str]:
    """SLSA asks for a build type: without one, nobody knows what the statement says, nor whether it is all."""
    if is_buildkit:
        yield from buildkit.inconsistencies(parts)
    elif not parts.build_type:
        yield "the predicate names no build type where this version of SLSA has it"


def _version(statement: Statement) -> str:
    return {SLSA_V02: "v0.2", SLSA_V1: "v1"}.get(statement.predicate_type, "")
