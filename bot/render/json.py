"""A report as JSON: the document of `bot.report.document`, unchanged."""

import json
from collections.abc import Sequence

from bot.render.display import Display
from bot.report import Report


def render(reports: Sequence[Report], _: Display = Display()) -> str:  # noqa: B008 - frozen
    """One document for one image, an array for several. ASCII only, so that every terminal and pipe can carry it."""
    documents = [report.model_dump(mode="json") for report in reports]
    return json.dumps(documents[0] if len(documents) == 1 else documents, indent=1, allow_nan=False) + "\n"
