"""The evidence as the report tells it: states as words, nothing that could hold a secret's value."""

from dataclasses import asdict
from typing import Literal

from bot.attestations.provenance import Provenance
from bot.attestations.sbom import Sbom
from bot.evidence import Evidence, PlatformEvidence, Unreadable
from bot.report import (
    PlatformSummary,
    ProvenanceSummary,
    RequestCounts,
    RequestShare,
    SbomSummary,
    SignatureSummary,
    State,
    TrustSummary,
)
from bot.rules._expected import Expected
from bot.rules._level import LIMITS, estimate
from bot.rules._shown import shown


def platforms(evidence: Evidence) -> tuple[PlatformSummary, ...]:
    """One entry for each runnable platform, in the index's order."""
    return tuple(
        PlatformSummary(
            platform=platform.platform,
            digest=platform.digest,
            provenance=_provenance(platform),
            sbom=_sbom(platform),
        )
        for platform in evidence.platforms
    )


def signatures(evidence: Evidence) -> tuple[SignatureSummary, ...]:
    """Every signature that was found, whatever verification said."""
    return tuple(
        SignatureSummary(
            layout=signature.layout,
            digest=signature.digest,
            state=signature.state,
            identity=signature.identity or signature.key_name,
            issuer=signature.issuer,
            reason=signature.reason,
            predicate_type=signature.predicate_type,
            signed_at=signature.signed_at,
        )
        for signature in evidence.signatures
    )


def trust(evidence: Evidence, expected: Expected) -> TrustSummary:
    """How far the provenance can be believed, and what that estimate cannot know."""
    found = estimate(evidence, expected)
    return TrustSummary(level=found.level, slsa_build_level=found.build_level, reason=found.reason, limits=LIMITS)


def requests(evidence: Evidence) -> RequestCounts:
    """What looking cost."""
    return RequestCounts(
        **asdict(evidence.requests),
        attestations=RequestShare(**asdict(evidence.attestation_requests)),
        signatures=RequestShare(**asdict(evidence.signature_requests)),
    )


def _provenance(platform: PlatformEvidence) -> ProvenanceSummary:
    match platform.provenance:
        case None:
            return ProvenanceSummary(state=State.ABSENT)
        case Unreadable(reason):
            return ProvenanceSummary(state=State.UNREADABLE, reason=reason)
        case Provenance() as provenance:
            return _present(provenance, platform.where)


def _present(provenance: Provenance, where: str) -> ProvenanceSummary:
    """`builder_id` may be "": BuildKit writes an empty one, and that says something."""
    mode: Literal["max", "min", "foreign"] | None = provenance.mode.value if provenance.mode else None
    return ProvenanceSummary(
        state=State.PRESENT,
        mode=mode,
        slsa=provenance.slsa or None,
        build_type=shown(provenance.build_type) or None,
        builder_id=shown(provenance.builder_id),
        source=shown(provenance.source) or None,
        revision=shown(provenance.revision) or None,
        ref=shown(provenance.ref) or None,
        workflow=shown(provenance.workflow) or None,
        run=shown(provenance.run) or None,
        build_args=provenance.build_args,
        base_images=tuple(map(shown, provenance.base_images)),
        secret_ids=provenance.secret_ids,
        started_on=provenance.started_on or None,
        finished_on=provenance.finished_on or None,
        where=where,
    )


def _sbom(platform: PlatformEvidence) -> SbomSummary:
    match platform.sbom:
        case None:
            return SbomSummary(state=State.ABSENT)
        case Unreadable(reason):
            return SbomSummary(state=State.UNREADABLE, reason=reason)
        case Sbom() as sbom:
            formats = dict.fromkeys(each.format for each in platform.sboms or (sbom,))
            return SbomSummary(
                state=State.PRESENT,
                formats=tuple(formats),
                packages=sbom.packages,
                where=platform.sbom_where,
            )
