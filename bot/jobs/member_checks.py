"""What a report says to the release that its image belongs to."""

from bot.releases import Placement
from bot.releases.arriving import MemberCheck
from bot.report import Report
from bot.rules import Outcome
from bot.unreadable import UnknownReason


def member_check(  # noqa: PLR0913 - what a report does not hold
    placement: Placement,
    report: Report,
    started: float,
    *,
    pushed_at: float = 0.0,
    settled_at: float = 0.0,
    is_quiet: bool = False,
    reported_at: float = 0.0,
) -> MemberCheck:
    """`started` is when the look began, `reported_at` a moment after its report was stored, by the store's clock.

    Only what the policy requires is waited for: signatures that are only advised are not looked for again.
    """
    reasons = {finding.reason for result in report.results for finding in result.findings}
    awaits_member = UnknownReason.AWAITING_MEMBER.value in reasons
    is_open = any(result.required and result.outcome is Outcome.UNKNOWN for result in report.results)
    return MemberCheck(
        placement,
        report.digest,
        report.verdict,
        started,
        not is_open and not awaits_member,
        tuple(result.rule for result in report.failing() if result.required),
        pushed_at,
        settled_at,
        is_quiet,
        reported_at,
    )
