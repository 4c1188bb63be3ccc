"""The button "Open the diff": uploads the diff that fixes a rule into its thread."""

from typing import Final

from msgspec import Struct

from bot.jobs.attending import Attending
from bot.render.advice import patch
from bot.render.fixes import image_fixes
from bot.render.slack.fix import OPEN_PATCH
from bot.report import Report
from handlers.actions.about import AboutRelease, about
from handlers.actions.file_in_thread import FileInThread
from handlers.actions.pressed import Pressed
from handlers.actions.replies import TOO_OLD, Later, Reply

ACTION: Final = OPEN_PATCH

NO_DIFF: Final = "The newest report has no diff for that rule."


class OpenPatch(Struct, frozen=True):
    """Uploads the diff once. The button names image and rule; the image must be one of the message's release."""

    attending: Attending
    files: FileInThread

    async def press(self, pressed: Pressed) -> Reply:
        """What to do after Slack has its answer. Raises StoreError."""
        release = await about(pressed, self.attending)
        image, _, rule = pressed.value.rpartition(" ")  # one of the first version names the rule alone
        report = _report(release, image) if release else None
        if release is None or report is None:
            return TOO_OLD
        text = diff_for(report, rule)
        if not text:
            return NO_DIFF
        return Later(lambda: self.files.upload(release, kind="diff", name=f"{rule}.diff", text=text))


def diff_for(report: Report, rule: str) -> str:
    """All of the fix that the rule belongs to, as its reply shows it; "" if there is none."""
    for fix in image_fixes(report):
        if fix.diff and any(result.rule == rule for result in fix.results):
            return fix.diff
    return next((patch(result) for result in report.failing() if result.rule == rule), "")


def _report(release: AboutRelease, image: str) -> Report | None:
    if not image:  # the thread of the first version is about one image
        return release.reports[0] if len(release.reports) == 1 else None
    return next((report for report in release.reports if report.image == image), None)
