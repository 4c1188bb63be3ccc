"""What a search brought, merged into the evidence: signatures beside it, attached statements into the platforms."""

from collections.abc import Collection, Iterable
from typing import Final

from bot.attestations.provenance import Mode, Provenance
from bot.attestations.sbom import Sbom
from bot.evidence import Evidence, PlatformEvidence, Unreadable
from bot.evidence.platforms import fullest, weakest
from bot.signatures.search import AttachedStatement, SearchResult
from bot.values import replace

INDEX: Final = "index"


def merge(evidence: Evidence, found: SearchResult) -> Evidence:
    """The evidence with all that was found."""
    unlinked = frozenset(one.digest for one in evidence.unlinked)
    platforms = tuple(
        _with_attached(platform, [a for a in found.attached if a.digest in _speaks_for(platform, evidence)], unlinked)
        for platform in evidence.platforms
    )
    return replace(
        evidence,
        platforms=platforms,
        signatures=(*evidence.signatures, *found.signatures),
        signatures_unreadable=(*evidence.signatures_unreadable, *found.unreadable),
        signatures_searched=True,
        missing=(*evidence.missing, *found.missing),
        notes=(*evidence.notes, *found.notes),
        attached=(*evidence.attached, *found.attached),
        listed=(*evidence.listed, *found.listed),
    )


def _speaks_for(platform: PlatformEvidence, evidence: Evidence) -> set[str]:
    """Digests a statement about which counts for the platform: its own, and the whole image's."""
    return {platform.digest, evidence.digest}


def _with_attached(
    platform: PlatformEvidence, attached: Iterable[AttachedStatement], unlinked: Collection[str]
) -> PlatformEvidence:
    own = platform.provenance if platform.where == INDEX else None
    for one in attached:
        if _is_of_other_build(one, own, unlinked) and isinstance(one.provenance, Provenance):
            platform = replace(platform, other_builds=(*platform.other_builds, one.provenance))
        else:
            platform = _with_provenance(platform, one)
        platform = _with_sbom(platform, one)
        if one.statement is not None:
            platform = replace(platform, statements=(*platform.statements, one.statement))
    return platform


def _is_of_other_build(one: AttachedStatement, own: Provenance | Unreadable | None, unlinked: Collection[str]) -> bool:
    """Whether BuildKit wrote it for another index, and this one has what BuildKit said of its own build.

    A build that finds all its layers in the cache makes the same platform again, under another index. A registry then
    lists the attestation manifests of both builds beside it. What this index names itself is never another build's.
    """
    is_ours = one.statement is None or one.statement.manifest in unlinked
    return one.is_of_build and not is_ours and isinstance(own, Provenance) and own.mode in {Mode.MIN, Mode.MAX}


def _with_provenance(platform: PlatformEvidence, one: AttachedStatement) -> PlatformEvidence:
    """An attached statement never hides what stands in the index: the weakest still decides, BuildKit's first."""
    if isinstance(one.provenance, Unreadable):
        return platform if platform.provenance else replace(platform, provenance=one.provenance, where=one.where)
    if not isinstance(one.provenance, Provenance):
        return platform
    provenances = (*platform.provenances, one.provenance)
    if isinstance(platform.provenance, Unreadable) and platform.where == INDEX:
        return replace(platform, provenances=provenances)
    chosen = weakest(provenances)
    where = one.where if chosen is one.provenance else platform.where
    return replace(platform, provenances=provenances, provenance=chosen, where=where)


def _with_sbom(platform: PlatformEvidence, one: AttachedStatement) -> PlatformEvidence:
    if isinstance(one.sbom, Sbom):
        sboms = (*platform.sboms, one.sbom)
        chosen = fullest(sboms)
        where = one.where if chosen is one.sbom else platform.sbom_where
        return replace(platform, sboms=sboms, sbom=chosen, sbom_where=where)
    if isinstance(one.sbom, Unreadable) and platform.sbom is None:
        return replace(platform, sbom=one.sbom, sbom_where=one.where)
    return platform
