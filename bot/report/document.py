"""What the rules said about one image. A document: stored, served and read back, so its keys are final.

Schema "provenance-bot/report/v1": keys may be added, never renamed.
"""

from datetime import date, datetime
from functools import cache
from typing import Literal

from pydantic import Field

from bot.report.evidence import (
    ArtifactSummary,
    PlatformSummary,
    ReaderSummary,
    SearchSummary,
    SignatureSummary,
    StoreSummary,
    TrustSummary,
)
from bot.report.part import Part, Verdict
from bot.report.results import PatchSummary, Result
from bot.request_ids import RequestId
from bot.rules import IMAGE, Outcome, Question, Severity, catalogue
from bot.unreadable import UnknownReason


class WorkflowSummary(Part):
    """The workflow file that built the image, as the provenance or the policy names it."""

    repository: str  # acme/app
    path: str
    revision: str
    url: str
    state: Literal["named", "read", "unreadable"] = "named"
    reason: str = ""  # why it could not be read


class BaselineSummary(Part):
    """The earlier release that the image was compared with, and when that one was looked at."""

    image: str
    digest: str
    checked_at: datetime


class MemberSummary(Part):
    """An image of the release. `state` is awaited, settling, judged or not-seen, as it was before this check."""

    image: str
    state: str


class ReleaseSummary(Part):
    """The release that the image belongs to, and all images that are known to belong to it, in all registries."""

    group: str
    version: str  # for a tag that moves by design, the tag
    members: tuple[MemberSummary, ...] = ()


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
    stores: tuple[StoreSummary, ...] = ()  # where attestations were looked for besides the index
    unread: tuple[str, ...] = ()  # why parts of the index could not be looked at; platforms may stand there
    results: tuple[Result, ...] = ()
    requests: RequestCounts = RequestCounts()
    notes: tuple[str, ...] = ()
    trust: TrustSummary | None = None
    workflow: WorkflowSummary | None = None
    baseline: BaselineSummary | None = None  # None: there is none, or it could not be looked at
    release: ReleaseSummary | None = None  # None where nothing is remembered, as in the terminal
    patches: tuple[PatchSummary, ...] = ()  # what fixes all failed results together, where the workflow was read
    request_id: RequestId = ""  # of the request whose check made it; its log lines have it, too
    artifact: ArtifactSummary | None = None  # what it is when it is not an image
    readers: tuple[ReaderSummary, ...] = ()  # what the tools that the policy names find, in the policy's order

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
        """Whether the verdict is open, only because signatures may still arrive."""
        open_ = [result for result in self.unknown() if result.required]
        return self.verdict is Verdict.UNKNOWN and bool(open_) and all(result.is_awaited for result in open_)

    def answer(self, question: Question) -> Result | None:
        """The result of the rule that answers it; None in a report from before there was such a rule."""
        answering = {rule.id for rule in catalogue() if rule.answers is question}
        return next((result for result in self.results if result.rule in answering), None)

    @property
    def seen(self) -> Outcome:
        """PASS if everything that a runtime could choose was seen and has one reading, UNKNOWN if a part was not seen.

        FAIL if something has two readings.
        """
        always = {rule.id for rule in catalogue() if rule.always}
        found = {result.outcome for result in self.results if result.rule in always}
        return next((outcome for outcome in (Outcome.FAIL, Outcome.UNKNOWN) if outcome in found), Outcome.PASS)

    @property
    def asks_nothing(self) -> bool:
        """Whether it is not an image, and nothing is said of it but that nobody asks for its signature."""
        signed = self.answer(Question.IS_SIGNED)
        is_open = signed is not None and any(one.reason == UnknownReason.NOT_ASKED for one in signed.findings)
        return self.artifact is not None and is_open and self.unknown() == (signed,) and not self.failing()

    def has_ended_waiver(self, day: date) -> bool:
        """Whether a waiver acts in it that is over on that day (UTC): then the rule applies again."""
        return any(result.waiver is not None and result.waiver.until < day.isoformat() for result in self.results)

    def unknown(self) -> tuple[Result, ...]:
        """The results that nobody can know at this moment."""
        return tuple(result for result in self.results if result.outcome is Outcome.UNKNOWN)

    def unknown_told(self) -> tuple[Result, ...]:
        """Those of them that texts name."""
        return tuple(result for result in self.unknown() if not result.is_aside)


def _covers(result: Result, other: Result) -> bool:
    """Whether one failed rule covers another for everything that the other found, and weighs as much."""
    if other.rule not in _covered_by(result.rule) or (other.required and not result.required):
        return False
    return IMAGE in result.subjects or other.subjects <= result.subjects


@cache
def _covered_by(rule: str) -> frozenset[str]:
    return next((one.covers for one in catalogue() if one.id == rule), frozenset())
