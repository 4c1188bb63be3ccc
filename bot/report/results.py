"""What a report says about each rule: what it found, why, and what fixes it."""

from collections.abc import Iterable
from typing import Final, Literal

from pydantic import AliasChoices, Field

from bot.report.part import Part, Verdict
from bot.rules import Outcome, Severity
from bot.unreadable import UnknownReason

_NOT_OVER: Final = "the time that the policy gives signatures to arrive is not over"
"""How reports that were stored before findings had a `reason` say that a signature is awaited; read there alone."""


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
    fix: str = Field(default="", validation_alias=AliasChoices("fix", "mend"))  # "mend" in reports stored earlier
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


class WaiverSummary(Part):
    """Why a failing rule does not count, and until when (a date, YYYY-MM-DD).

    `who` is the Slack user who waived it, "" for a waiver of the policy file.
    """

    reason: str
    until: str
    who: str = ""


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
    def is_unknown(self) -> bool:
        """Whether something could not be looked at, also where it failed for something else."""
        return any(finding.outcome is Outcome.UNKNOWN for finding in self.findings)

    @property
    def is_awaited(self) -> bool:
        """Whether it is unknown only because something may still arrive."""
        open_ = [finding for finding in self.findings if finding.outcome is Outcome.UNKNOWN]
        return self.outcome is Outcome.UNKNOWN and bool(open_) and all(finding.is_awaited for finding in open_)

    @property
    def is_aside(self) -> bool:
        """Whether it is only advised, and unknown only because the code host did not answer.

        Texts leave it out: without a token GitHub soon does not, and nothing about the image follows from that.
        """
        open_ = {finding.reason for finding in self.findings if finding.outcome is Outcome.UNKNOWN}
        return self.outcome is Outcome.UNKNOWN and not self.required and open_ == {UnknownReason.CODE_HOST}


def verdict_of(results: Iterable[Result]) -> Verdict:
    """What these results come to: required ones decide, and others that fail are advice."""
    said = {(result.outcome, result.required) for result in results}
    if (Outcome.FAIL, True) in said:
        return Verdict.FAIL
    if (Outcome.UNKNOWN, True) in said:
        return Verdict.UNKNOWN
    return Verdict.WARN if (Outcome.FAIL, False) in said else Verdict.PASS
