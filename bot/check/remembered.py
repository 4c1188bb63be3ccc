"""What a stored report still tells about an image, as evidence: enough to be another image's sister or baseline.

Secrets, labels and statements were never stored; rules and causes that compare images look at none of them.
"""

from typing import Final

from bot.attestations.provenance import Mode, Provenance
from bot.attestations.sbom import Sbom
from bot.errors import InvalidReferenceError
from bot.evidence import Evidence, PlatformEvidence, Unreadable
from bot.oci.manifest import OCI_INDEX, OCI_MANIFEST
from bot.oci.reference import Reference
from bot.report import PlatformSummary, ProvenanceSummary, Report, SbomSummary, SignatureSummary, State
from bot.rules import Outcome, Question
from bot.signatures.signature import Layout, Signature, SignatureState
from bot.unreadable import UnknownReason

_UNSEARCHED: Final = Unreadable("not every place could be searched for signatures then", UnknownReason.UNSEARCHED)

IN_INDEX = "index"
"""Where a statement was found that an attestation manifest of the index holds."""


def remembered(report: Report) -> Evidence | None:
    """The image as it was then; None for a report that this version does not understand."""
    try:
        return _remembered(report)
    except (InvalidReferenceError, ValueError):  # a layout, say, that only a newer version knows
        return None


def _remembered(report: Report) -> Evidence:
    platforms = tuple(map(_platform, report.platforms))
    is_index = [platform.digest for platform in platforms] != [report.digest]
    answer = report.answer(Question.IS_SIGNED)
    return Evidence(
        image=Reference.parse(report.image),
        digest=report.digest,
        media_type=OCI_INDEX if is_index else OCI_MANIFEST,
        is_index=is_index,
        platforms=platforms,
        signatures=tuple(map(_signature, report.signatures)),
        signatures_unreadable=(_UNSEARCHED,) if answer is not None and answer.outcome is Outcome.UNKNOWN else (),
        signatures_searched=answer is not None and answer.outcome is not Outcome.SKIPPED,
    )


def _platform(told: PlatformSummary) -> PlatformEvidence:
    is_attested = IN_INDEX in {told.provenance.where, told.sbom.where}
    return PlatformEvidence(
        platform=told.platform,
        digest=told.digest,
        provenance=_provenance(told.provenance),
        sbom=_sbom(told.sbom),
        attestation_manifests=("",) if is_attested else (),  # that there is one; the report does not name it
        where=told.provenance.where or IN_INDEX,
        sbom_where=told.sbom.where or IN_INDEX,
    )


def _sbom(told: SbomSummary) -> Sbom | Unreadable | None:
    """Its packages are counted, and what they are was not stored."""
    match told.state:
        case State.PRESENT:
            return Sbom(next(iter(told.formats), ""), "", told.packages or 0, 0)
        case State.UNREADABLE:
            return Unreadable(told.reason or "it could not be read then")
        case State.ABSENT:
            return None


def _provenance(told: ProvenanceSummary) -> Provenance | Unreadable | None:
    match told.state:
        case State.PRESENT:
            return Provenance(
                slsa=told.slsa or "",
                mode=Mode(told.mode) if told.mode else None,
                build_type=told.build_type or "",
                builder_id=told.builder_id or "",
                source=told.source or "",
                revision=told.revision or "",
                ref=told.ref or "",
                workflow=told.workflow or "",
                run=told.run or "",
            )
        case State.UNREADABLE:
            return Unreadable(told.reason or "it could not be read then")
        case State.ABSENT:
            return None


def _signature(told: SignatureSummary) -> Signature:
    return Signature(
        layout=Layout(told.layout),
        digest=told.digest,
        manifest="",
        state=SignatureState(told.state),
        identity=told.identity,
        issuer=told.issuer,
        reason=told.reason,
        predicate_type=told.predicate_type,
    )
