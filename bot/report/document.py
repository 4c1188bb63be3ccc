"""What the rules said about one image. A document: stored, served and read back, so its keys are final.

Schema "provenance-bot/report/v1": keys may be added, never renamed.
"""

from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.rules import IMAGE, Outcome, Question, Severity, catalogue
from bot.unreadable import UnknownReason

_NOT_OVER: Final = "the time that the policy gives signatures to arrive is not over"
"""How reports that were stored before findings had a `reason` say that a signature is awaited; read there alone."""


class Verdict(StrEnum):
    """On the whole image; the worst of the required rules, else of the advised ones."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"


class State(StrEnum):
    """Evidence is there, is not there, or could not be read."""

    PRESENT = "present"
    ABSENT = "absent"
    UNREADABLE = "unreadable"


class Part(BaseModel):
    """A part of the report; nothing changes after it is made.

    Validators are built at first use: the terminal command sends its first request before it needs any.
    """

    model_config = ConfigDict(
        frozen=True, extra="ignore", populate_by_name=True, serialize_by_alias=True, defer_build=True
    )


class ProvenanceSummary(Part):
    """One platform's provenance. `mode` is max, min, foreign or null."""

    state: State
    mode: Literal["max", "min", "foreign"] | None = None
    slsa: str | None = None
    build_type: str | None = None
    builder_id: str | None = None
    source: str | None = None
    revision: str | None = None
    ref: str | None = None
    workflow: str | None = None
    run: str | None = None
    build_args: tuple[str, ...] = ()
    base_images: tuple[str, ...] = ()
    secret_ids: tuple[str, ...] = ()
    started_on: str | None = None
    finished_on: str | None = None
    where: str | None = None
    source_from: str | None = None  # which place of the statement names the source: configSource, vcs, github, labels
    reason: str | None = None  # why it could not be read
    code: str | None = None  # the same for decisions, of UnknownReason


class SbomSummary(Part):
    """One platform's SBOM."""

    state: State
    formats: tuple[str, ...] = ()
    packages: int | None = None
    where: str | None = None
    reason: str | None = None
    code: str | None = None


class PlatformSummary(Part):
    """One platform, as the rules saw it. `attestation_manifests` are those whose statements are about it."""

    platform: str
    digest: str
    provenance: ProvenanceSummary
    sbom: SbomSummary
    attestation_manifests: tuple[str, ...] = ()


class SignatureSummary(Part):
    """One signature that was found. `code` is a SignatureReason; reports from before there were codes have "" there."""

    layout: str
    digest: str
    state: str
    identity: str = ""
    issuer: str = ""
    reason: str = ""
    code: str = ""
    predicate_type: str = ""
    signed_at: str = ""
    subject: str | None = None  # "image", a platform, "" for something else; None in reports from before it was told


class SearchSummary(Part):
    """How far signatures were searched. Only a complete search that found none says that there is none."""

    state: Literal["complete", "incomplete", "none"]
    reason: str = ""  # why it is not complete


class TrustSummary(Part):
    """How far the provenance can be believed. `slsa_build_level` is an estimate, None when nobody can tell."""

    level: str
    slsa_build_level: int | None = None
    reason: str = ""
    code: str | None = None  # why the level is unknown, of UnknownReason
    limits: tuple[str, ...] = ()


class FindingSummary(Part):
    """One thing that a rule said."""

    subject: str
    message: str
    outcome: Outcome = Outcome.FAIL
    severity: Severity | None = None
    reason: str | None = None  # why it is unknown: a code of UnknownReason, or one that only a newer version knows

    @property
    def is_awaited(self) -> bool:
        """Whether it is unknown only because signatures, or other images of the release, may still arrive."""
        if self.reason is None:
            return self.message.endswith(_NOT_OVER)
        return self.reason in {UnknownReason.AWAITING_SIGNATURE, UnknownReason.AWAITING_MEMBER}


class CauseSummary(Part):
    """Why a rule failed, how sure that is, and what it rests on."""

    cause: str
    sureness: Literal["certain", "likely", "possible"]
    because: str
    fix: str = Field(default="", alias="mend")  # the key that was released; keys are never renamed
    snippet: str = ""
    language: str = ""
    verify: str = ""


class RemediationSummary(Part):
    """What to do about a rule that failed."""

    text: str
    snippet: str = ""
    language: str = ""
    verify: str = ""


class LineSummary(Part):
    """What a linter says about one line of the workflow that built the image, and so explains a failure.

    `rule` is the lint rule's id; `url` shows the line at that revision; line and column begin at 1.
    """

    rule: str
    path: str
    line: int
    column: int
    message: str
    url: str = ""


class PatchSummary(Part):
    """What fixes a failure in one file: a unified diff as `git apply` takes it, for the file at that revision.

    `diff` is "" when it is not shown; then `reason` says why.
    """

    repository: str  # acme/app
    path: str
    revision: str
    url: str = ""
    diff: str = ""
    reason: str = ""


class WorkflowSummary(Part):
    """The workflow file that built the image, as the provenance or the policy names it."""

    repository: str  # acme/app
    path: str
    revision: str
    url: str
    state: Literal["named", "read", "unreadable"] = "named"
    reason: str = ""  # why it could not be read


class WaiverSummary(Part):
    """Why a failing rule does not count, and until when (a date, YYYY-MM-DD)."""

    reason: str
    until: str


class BaselineSummary(Part):
    """The earlier release that the image was compared with, and when that one was looked at."""

    image: str
    digest: str
    checked_at: datetime


class Result(Part):
    """One rule's entry. Every rule of the catalogue has exactly one."""

    rule: str
    outcome: Outcome
    severity: Severity
    title: str
    required: bool = False
    findings: tuple[FindingSummary, ...] = ()
    causes: tuple[CauseSummary, ...] = ()
    lines: tuple[LineSummary, ...] = ()  # where in the workflow it comes from
    patches: tuple[PatchSummary, ...] = ()  # what fixes it there
    remediation: RemediationSummary | None = None
    waiver: WaiverSummary | None = None
    reason: str = ""  # why it was skipped
    code: str | None = None  # the same for decisions: of SkippedReason

    @property
    def subjects(self) -> frozenset[str]:
        """What the failures are about: platforms, or "image"."""
        return frozenset(finding.subject for finding in self.findings if finding.outcome is Outcome.FAIL)

    @property
    def is_awaited(self) -> bool:
        """Whether it is unknown only because something may still arrive."""
        open_ = [finding for finding in self.findings if finding.outcome is Outcome.UNKNOWN]
        return self.outcome is Outcome.UNKNOWN and bool(open_) and all(finding.is_awaited for finding in open_)


class RequestShare(Part):
    """What a part of the look cost; `manifest_pulls` are what Docker Hub counts."""

    total: int = 0
    manifest_pulls: int = 0
    round_trips: int = 0


class RequestCounts(RequestShare):
    """What the whole look cost; token requests are left out. Signatures are searched beside the attestations."""

    attestations: RequestShare = RequestShare()
    signatures: RequestShare = RequestShare()


class Report(Part):
    """The verdict on one image at one digest, and everything that it rests on."""

    schema_: Literal["provenance-bot/report/v1"] = Field(default="provenance-bot/report/v1", alias="schema")
    image: str  # as asked, normalised: registry/repository:tag
    digest: str
    checked_at: datetime
    verdict: Verdict
    policy: str
    platforms: tuple[PlatformSummary, ...] = ()
    signatures: tuple[SignatureSummary, ...] = ()
    search: SearchSummary | None = None  # None in reports from before it was told
    unread: tuple[str, ...] = ()  # why parts of the index could not be looked at; platforms may stand there
    results: tuple[Result, ...] = ()
    requests: RequestCounts = RequestCounts()
    notes: tuple[str, ...] = ()
    trust: TrustSummary | None = None
    workflow: WorkflowSummary | None = None
    baseline: BaselineSummary | None = None  # None: there is none, or it could not be looked at

    def failing(self) -> tuple[Result, ...]:
        """The results that failed, worst first."""
        order = list(Severity)
        failed = [result for result in self.results if result.outcome is Outcome.FAIL]
        return tuple(sorted(failed, key=lambda result: (not result.required, order.index(result.severity))))

    def told(self) -> tuple[Result, ...]:
        """Those of them that people are told: not one whose failures another one is about, and says more of."""
        failing = self.failing()
        return tuple(result for result in failing if not any(_covers(other, result) for other in failing))

    def covered_by(self, result: Result) -> tuple[Result, ...]:
        """The failed results that are not told, because this one says more of the same."""
        return tuple(other for other in self.failing() if _covers(result, other))

    @property
    def is_waiting(self) -> bool:
        """Whether there is no verdict yet, only because signatures may still arrive."""
        open_ = [result for result in self.unknown() if result.required]
        return self.verdict is Verdict.UNKNOWN and bool(open_) and all(result.is_awaited for result in open_)

    def answer(self, question: Question) -> Result | None:
        """The result of the rule that answers it; None in a report from before there was such a rule."""
        answering = {rule.id for rule in catalogue() if rule.answers is question}
        return next((result for result in self.results if result.rule in answering), None)

    def unknown(self) -> tuple[Result, ...]:
        """The results that nobody can know at this moment."""
        return tuple(result for result in self.results if result.outcome is Outcome.UNKNOWN)


def _covers(result: Result, other: Result) -> bool:
    """Whether one failed rule covers another for everything that the other found, and weighs as much."""
    if other.rule not in _covered_by(result.rule) or (other.required and not result.required):
        return False
    return IMAGE in result.subjects or other.subjects <= result.subjects


@cache
def _covered_by(rule: str) -> frozenset[str]:
    return next((one.covers for one in catalogue() if one.id == rule), frozenset())
