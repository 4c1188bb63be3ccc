"""The outputs of the workflow step that checks an image. Plain text: the workflow decides where it is shown."""

from typing import Final

from bot.render.release.view import ReleaseView
from bot.render.slack.escape import escaped
from bot.render.slack.words import report_page

OUTPUT_MAX: Final = 900
"""Characters of one output; a workflow puts it into a message."""


def step_outputs(image: ReleaseView, *, base_url: str = "") -> dict[str, str]:
    """For the image that this view is about. A workflow parses mrkdwn, so every text is escaped."""
    report = next(iter(image.reports), None)
    name = image.images[0].image if image.images else image.title
    failing = [result.rule for result in report.failing() if result.required] if report else []
    what = f": {', '.join(failing)}" if failing else ""
    return {
        "verdict": image.verdict.value,
        "summary": escaped(f"{image.verdict.value}: {name}{what}", OUTPUT_MAX),
        "image": escaped(name, OUTPUT_MAX),
        "digest": report.digest if report else "",
        "failing": ",".join(failing)[:OUTPUT_MAX],
        "report": report_page(base_url, name),
    }
