"""What a stored report still tells about an image, as evidence: enough to be another's baseline or sister.

Secrets, labels and statements were never stored; rules and causes that compare images look at none of them. What could
not be read then is unreadable here, too: nobody must take it for absent.
"""

from collections.abc import Iterator

from bot.attestations.provenance import Mode, Provenance
from bot.attestations.reading import StatementEvidence
from bot.attestations.sbom import Sbom
from bot.errors import InvalidReferenceError
from bot.evidence import Evidence, PlatformEvidence, Unreadable
from bot.oci.ambiguity import Ambiguity, Twofold
from bot.oci.manifest import OCI_INDEX, OCI_MANIFEST
from bot.oci.reference import Reference
from bot.report import (
    PlatformSummary,
    ProvenanceSummary,
    Report,
    Result,
    SbomSummary,
    SignatureSummary,
    State,
)
from bot.rules import Outcome, Question, catalogue
from bot.signatures.signature import Layout, Signature, SignatureState
from bot.unreadable import UnknownReason

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
        looked_at=report.checked_at,
        unreadable=tuple(map(Unreadable, report.unread or _nothing(report))),
        ambiguous=_ambiguous(report),
        signatures=tuple(map(_signature, report.signatures)),
        signatures_unreadable=tuple(_unsearched(report, answer)),
        signatures_searched=_was_searched(report, answer),
    )


def _nothing(report: Report) -> tuple[str, ...]:
    """Why a report that names no platform and does not say why may have left some out."""
    return () if report.platforms or report.search else ("its report names no platform",)


def _was_searched(report: Report, answer: Result | None) -> bool:
    if report.search is not None:
        return report.search.state != "none"
    return answer is not None and answer.outcome is not Outcome.SKIPPED


def _unsearched(report: Report, answer: Result | None) -> Iterator[Unreadable]:
    """Where signatures may be that were not seen: not everything was searched, or they had not arrived yet."""
    if report.search is not None and report.search.state == "incomplete":
        yield Unreadable(report.search.reason, UnknownReason.UNSEARCHED)
    open_ = [one for one in answer.findings if one.outcome is Outcome.UNKNOWN] if answer else []
    if open_ and (report.search is None or any(one.is_awaited for one in open_)):
        why = "when it was checked, it was not known whether it is signed"
        yield Unreadable(why, _code_of(open_[0].reason))


def _ambiguous(report: Report) -> tuple[Ambiguity, ...]:
    """One that stands for all, when a rule failed without which the others' answers mean nothing."""
    always = {rule.id for rule in catalogue() if rule.always}
    failed = any(one.rule in always and one.outcome is Outcome.FAIL for one in report.results)
    return (Ambiguity(Twofold.MEDIA_TYPES, report.digest, "", "its report says so"),) if failed else ()


def _platform(told: PlatformSummary) -> PlatformEvidence:
    is_attested = IN_INDEX in {told.provenance.where, told.sbom.where}
    manifests = told.attestation_manifests or (("",) if is_attested else ())  # that there is one, where none is named
    return PlatformEvidence(
        platform=told.platform,
        digest=told.digest,
        provenance=_provenance(told.provenance),
        sbom=_sbom(told.sbom),
        statements=tuple(map(_about_it, told.attestation_manifests)),
        attestation_manifests=manifests,
        where=told.provenance.where or IN_INDEX,
        sbom_where=told.sbom.where or IN_INDEX,
    )


def _about_it(manifest: str) -> StatementEvidence:
    """What is left of a statement: that it was about the platform."""
    return StatementEvidence(digest="", manifest=manifest, predicate_type="", subject_matches=True)


def _sbom(told: SbomSummary) -> Sbom | Unreadable | None:
    match told.state:
        case State.PRESENT:
            form = next(iter(told.formats), "")
            return Sbom(format=form, version="", packages=told.packages or 0, os_packages=0)
        case State.UNREADABLE:
            return _unread(told.reason, told.code)
        case State.ABSENT:
            return None


def _unread(reason: str | None, code: str | None) -> Unreadable:
    return Unreadable(reason or "it could not be read then", _code_of(code))


def _code_of(code: str | None) -> UnknownReason:
    """The code; one that only a newer version knows is as good as none."""
    try:
        return UnknownReason(code or UnknownReason.UNREADABLE)
    except ValueError:
        return UnknownReason.UNREADABLE


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
                source_from=told.source_from or "",
            )
        case State.UNREADABLE:
            return _unread(told.reason, told.code)
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
