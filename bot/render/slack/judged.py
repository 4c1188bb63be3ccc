"""The answer about one image by another policy than its own: verdict and problems, and that nothing else follows."""

from bot.render.release.view import ImageView, ReleaseView
from bot.render.slack.escape import code
from bot.render.slack.message import MessageDraft, context
from bot.render.slack.release import parent
from bot.report import Report
from bot.values import replace


def judged(report: Report) -> MessageDraft:
    """Without buttons: they would be about the image's own policy."""
    image = ReleaseView(report.image, report.image, (ImageView(report.image, report=report),))
    draft = parent(image, intent="")
    blocks = [block for block in draft.blocks if block.get("type") != "actions"]
    note = f"By the policy {code(report.policy, 100)}, for you alone. Threads and pages go by the image's own policy."
    answer = replace(draft, blocks=(*blocks, context("policy", note)))
    return answer if answer.fits() else answer.plain()
