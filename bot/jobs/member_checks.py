"""What a report says to the release that its image belongs to."""

from bot.jobs.recheck import is_final
from bot.releases import Placement
from bot.releases.arriving import MemberCheck
from bot.report import Report
from bot.unreadable import UnknownReason


def member_check(  # noqa: PLR0913 - what a report does not hold
    placement: Placement,
    report: Report,
    started: float,
    *,
    pushed_at: float = 0.0,
    settled_at: float = 0.0,
    is_quiet: bool = False,
) -> MemberCheck:
    """`started` is when the look began, by the store's clock."""
    return MemberCheck(
        placement,
        report.digest,
        report.verdict,
        started,
        is_final(report),
        tuple(result.rule for result in report.failing() if result.required),
        pushed_at,
        settled_at,
        is_quiet,
        any(
            finding.reason == UnknownReason.AWAITING_MEMBER for result in report.results for finding in result.findings
        ),
    )
