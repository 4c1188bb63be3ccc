"""What a search brought, merged into the evidence: signatures beside it, attached statements into the platforms."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from bot.attestations.provenance import Provenance
from bot.attestations.sbom import Sbom
from bot.evidence import Evidence, PlatformEvidence, Unreadable
from bot.evidence.platforms import fullest, weakest
from bot.signatures.search import AttachedStatement, SearchResult

INDEX: Final = "index"


def merge(evidence: Evidence, found: SearchResult) -> Evidence:
    """The evidence with all that was found."""
    platforms = tuple(
        _with_attached(platform, [a for a in found.attached if a.digest in _speaks_for(platform, evidence)])
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
    )


def _speaks_for(platform: PlatformEvidence, evidence: Evidence) -> set[str]:
    """Digests a statement about which counts for the platform: its own, and the whole image's."""
    return {platform.digest, evidence.digest}


def _with_attached(platform: PlatformEvidence, attached: Iterable[AttachedStatement]) -> PlatformEvidence:
    for one in attached:
        platform = _with_sbom(_with_provenance(platform, one), one)
        if one.statement is not None:
            platform = replace(platform, statements=(*platform.statements, one.statement))
    return platform


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
