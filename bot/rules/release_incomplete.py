"""An image that belongs to the release did not arrive."""

from collections.abc import Iterator

from bot.context import Context
from bot.remedies import tags
from bot.rules.rule import Finding, Remediation, Rule, Severity, SkippedReason
from bot.unreadable import UnknownReason

rule = Rule(
    __name__,
    title="An image of the release was not seen",
    severity=Severity.HIGH,
    of_change=True,
    of_artifacts=True,
    about_others=True,
    rationale=(
        "A release is a set of images: those that the policy names, and those that the release before had. When one of"
        " them did not arrive in time, a job of the release failed, most often the one after a push or a signature that"
        " failed, and users of that image stay on the old version without being told."
    ),
    remediation=Remediation(
        "Look at the jobs of the release workflow that come after the last image that arrived, and run the failed ones"
        " again. If the image was given up on purpose, remove it from the policy; the next release no longer expects"
        " it.",
        tags.RUN_AGAIN,
        "sh",
        tags.SEE_MISSING,
    ),
    references=("https://docs.github.com/en/actions/managing-workflow-runs/re-running-workflows-and-jobs",),
)


@rule
def check(context: Context) -> Iterator[Finding]:
    """Told with one image of the release, so that it is told once."""
    release = context.release
    if release is None:
        yield rule.not_asked("image", "it belongs to no release that is known", SkippedReason.NO_RELEASE)
    elif not release.is_lead:
        yield rule.not_asked("image", "it is reported with another image of the release")
    else:
        for image in release.not_seen:
            yield rule.fail("image", f"{image} was not seen within the time that the policy gives a release")
        for image, unread in release.unreadable:
            yield rule.unread("image", unread, f"{image} could not be looked at: {unread.reason}")
        for image in release.awaited:
            yield rule.unknown("image", UnknownReason.AWAITING_MEMBER, f"{image} has not arrived yet")
