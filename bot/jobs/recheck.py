"""Whether to look again at an image that was pushed a moment ago.

The tag comes first: signatures and attestations of later steps of the same workflow follow, and a registry that could
not be read may be back. Each look edits the same message.
"""

from typing import Final

from bot.jobs import CheckJob
from bot.jobs.pace import Pace
from bot.report import Report
from bot.rules import Outcome

ABSENT_AT_FIRST: Final = frozenset({"signature-missing", "attestation-unsigned"})
"""Rules that fail by absence alone."""


def next_look(report: Report, job: CheckJob, pace: Pace) -> tuple[CheckJob, float] | None:
    """The job that looks again and its delay in seconds; None when there is nothing to wait for."""
    if job.origin not in {"webhook", "recheck"} or job.look >= len(pace.looks):
        return None
    absent = any(result.rule in ABSENT_AT_FIRST for result in report.failing())
    unread = any(result.required and result.outcome is Outcome.UNKNOWN for result in report.results)
    if not (absent or unread):
        return None
    return job.model_copy(update={"origin": "recheck", "look": job.look + 1}), pace.looks[job.look]
