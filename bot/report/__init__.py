"""The report: what the rules said about one image, and the difference of two reports."""

from bot.report.document import (
    BaselineSummary,
    MemberSummary,
    ReleaseSummary,
    Report,
    RequestCounts,
    RequestShare,
    WorkflowSummary,
)
from bot.report.evidence import (
    ArtifactSummary,
    PlatformSummary,
    ProvenanceSummary,
    ReaderSummary,
    SbomSummary,
    SearchSummary,
    SignatureSummary,
    StoreSummary,
    TrustSummary,
)
from bot.report.part import Part, State, Verdict
from bot.report.results import (
    CauseSummary,
    FindingSummary,
    LineSummary,
    PatchSummary,
    RemediationSummary,
    Result,
    WaiverSummary,
)

__all__ = [
    "ArtifactSummary",
    "BaselineSummary",
    "CauseSummary",
    "FindingSummary",
    "LineSummary",
    "MemberSummary",
    "Part",
    "PatchSummary",
    "PlatformSummary",
    "ProvenanceSummary",
    "ReaderSummary",
    "ReleaseSummary",
    "RemediationSummary",
    "Report",
    "RequestCounts",
    "RequestShare",
    "Result",
    "SbomSummary",
    "SearchSummary",
    "SignatureSummary",
    "State",
    "StoreSummary",
    "TrustSummary",
    "Verdict",
    "WaiverSummary",
    "WorkflowSummary",
]
