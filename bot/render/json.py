"""A report as JSON: the document of `bot.report.document`, unchanged."""

from collections.abc import Sequence

from pydantic_core import to_json

from bot.render.display import Display
from bot.report import Report


def render(reports: Sequence[Report], _: Display = Display()) -> str:  # noqa: B008 - frozen
    """One document for one image, an array for several. ASCII only, so that every terminal and pipe can carry it."""
    documents = [report.model_dump(mode="json") for report in reports]
    document = documents[0] if len(documents) == 1 else documents
    return to_json(document, indent=1, ensure_ascii=True).decode("ascii") + "\n"
