"""Whether to look again at an image that was pushed a moment ago.

The tag comes first: signatures and attestations of later steps of the same workflow follow, and a registry that could
not be read may be back. Each look edits the same message.
"""

from typing import Final

from bot.intake.job import CheckJob
from bot.jobs.parts import CheckPolicy
from bot.jobs.timing import Timing
from bot.report import Report, Result
from bot.rules import Outcome

ABSENT_AT_FIRST: Final = frozenset(
    {"signature-missing", "attestation-unsigned", "signature-platform-uncovered", "signature-identity-unexpected"}
)
"""Rules that fail by absence alone."""


def is_settled(job: CheckJob, terms: CheckPolicy, now: float) -> bool:
    """Whether what belongs to the push had the time to arrive. Of what a person asks about, no push is known."""
    return job.origin not in {"webhook", "recheck"} or now - job.asked_at >= terms.settle


def next_look(report: Report, job: CheckJob, pace: Timing) -> tuple[CheckJob, float] | None:
    """The job that looks again and its delay in seconds; None when there is nothing to wait for."""
    if job.origin not in {"webhook", "recheck"} or job.look >= len(pace.looks):
        return None
    if not any(_may_change(result) for result in report.results):
        return None
    return job.model_copy(update={"origin": "recheck", "look": job.look + 1}), pace.looks[job.look]


def _may_change(result: Result) -> bool:
    absent = result.rule in ABSENT_AT_FIRST and result.outcome in {Outcome.FAIL, Outcome.UNKNOWN}
    return absent or result.is_awaited or (result.required and result.outcome is Outcome.UNKNOWN)
