"""Whether to look again at an image that was pushed a moment ago.

The tag comes first: signatures and attestations of later steps of the same workflow follow, and a registry that could
not be read may be back. Each look edits the same message.
"""

from functools import cache

from bot.context import Phase
from bot.intake.job import CheckJob
from bot.jobs.parts import CheckPolicy
from bot.jobs.timing import Timing
from bot.report import Report, Result
from bot.rules import Outcome, catalogue


@cache
def absent_at_first() -> frozenset[str]:
    """The rules that fail by absence alone."""
    return frozenset(rule.id for rule in catalogue() if rule.absence)


def phase_of(job: CheckJob, terms: CheckPolicy, now: float) -> Phase:
    """Whether what belongs to the push had the time to arrive. Of what a person asks about, no push is known."""
    is_settled = job.origin not in {"webhook", "recheck"} or now - job.asked_at >= terms.settle
    return Phase.SETTLED if is_settled else Phase.SETTLING


def next_look(report: Report, job: CheckJob, pace: Timing) -> tuple[CheckJob, float] | None:
    """The job that looks again and its delay in seconds; None when there is nothing to wait for."""
    if job.origin not in {"webhook", "recheck"} or job.look >= len(pace.looks):
        return None
    if not any(_may_change(result) for result in report.results):
        return None
    return job.model_copy(update={"origin": "recheck", "look": job.look + 1}), pace.looks[job.look]


def _may_change(result: Result) -> bool:
    absent = result.rule in absent_at_first() and result.outcome in {Outcome.FAIL, Outcome.UNKNOWN}
    return absent or result.is_awaited or (result.required and result.outcome is Outcome.UNKNOWN)
