"""Provenance that contradicts itself, or another statement about the same platform."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from bot.attestations.layer_types import PREDICATE_TYPE
from bot.attestations.provenance import Mode, Provenance
from bot.attestations.secrets import shown
from bot.context import Context
from bot.evidence import PlatformEvidence
from bot.remedies import build
from bot.rules.rule import Finding, Remediation, Rule, Severity
from bot.rules.unknowns import unread_besides, unread_parts, unread_provenance
from bot.unreadable import UnknownReason

DIFFERENT_MAX: Final = 32
"""Statements about one platform, each of which says something else, that are compared; real images have one or two."""

rule = Rule(
    __name__,
    title="Provenance contradicts itself",
    severity=Severity.HIGH,
    rationale=(
        "No builder writes a statement with fields that its mode omits, or two statements about one platform with"
        " different sources. Something changed them after the build: a tool that merges images, or a person."
        " Anybody with push access can write unsigned provenance, so look into a contradiction."
    ),
    remediation=Remediation(
        "Build and push again with one build step for each platform, and sign the index afterwards. If the"
        " contradiction remains, look for a job that attaches, edits or merges attestations after the build.",
        build.BUILD_BY_HAND,
        "sh",
        build.SEE_INDEX,
    ),
    references=(build.DOCS_STORAGE, build.SPEC_STATEMENT),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """Within a statement, between statements, and between a statement and the annotation on it.

    Also asked without provenance: an annotation that names another predicate explains why it is missing.
    """
    evidence = context.evidence
    yield from unread_parts(rule, evidence)
    for platform in evidence.platforms:
        yield from unread_provenance(rule, evidence, platform)
        different = _different(platform)
        if len(different) > DIFFERENT_MAX:
            told = f"{len(different)} provenance statements differ, DIFFERENT_MAX = {DIFFERENT_MAX} are compared"
            yield rule.unknown(platform, UnknownReason.OVER_LIMIT, told)
        sentences = (*_within(platform), *_between(different[:DIFFERENT_MAX]), *_annotated(platform))
        for sentence in dict.fromkeys(sentences):
            yield rule.fail(platform, sentence)
        if not sentences and isinstance(platform.provenance, Provenance):
            yield from unread_besides(rule, evidence, platform)


def _within(platform: PlatformEvidence) -> Iterator[str]:
    for provenance in _all(platform):
        yield from provenance.inconsistencies


def _different(platform: PlatformEvidence) -> list[Provenance]:
    """One of all statements that say the same; whoever repeats one a hundred times hides no other."""
    told = {(one.build_type, one.mode, one.source, one.revision, one.builder_id): one for one in _all(platform)}
    return list(told.values())


def _between(statements: Sequence[Provenance]) -> Iterator[str]:
    for one, other in combinations(statements, 2):
        for field, first, second in _differences(one, other):
            yield f"two provenance statements disagree on the {field}: {shown(first)} and {shown(second)}"


def _differences(one: Provenance, other: Provenance) -> Iterator[tuple[str, str, str]]:
    """Two builders may both speak about an image, each in its own terms; but one source has one revision."""
    pairs = [("revision", one.revision, other.revision)] if one.source == other.source else []
    if one.build_type == other.build_type or {one.mode, other.mode} <= {Mode.MIN, Mode.MAX}:  # BuildKit has two types
        pairs += [
            ("source", one.source, other.source),
            ("builder", one.builder_id, other.builder_id),
            ("mode", str(one.mode or ""), str(other.mode or "")),
        ]
    yield from ((field, first, second) for field, first, second in pairs if first and second and first != second)


def _annotated(platform: PlatformEvidence) -> Iterator[str]:
    for statement in platform.statements:
        if statement.is_mislabelled:
            said = shown(statement.predicate_type)
            yield f"a layer is annotated as {shown(statement.annotated_type)}, but its statement is {said}"
        elif statement.lacks_annotation and statement.manifest in platform.attestation_manifests:
            said = shown(statement.predicate_type)
            yield f"a layer without the annotation {PREDICATE_TYPE} holds a statement: buildx does not see the {said}"


def _all(platform: PlatformEvidence) -> tuple[Provenance, ...]:
    if platform.provenances:
        return platform.provenances
    return (platform.provenance,) if isinstance(platform.provenance, Provenance) else ()
