"""A difference as JSON: the document of `bot.report.difference`, unchanged."""

import json

from bot.render.display import Display
from bot.report.difference import Difference


def render(difference: Difference, _: Display = Display()) -> str:  # noqa: B008 - frozen
    """ASCII only, so that every terminal and pipe can carry it."""
    return json.dumps(difference.model_dump(mode="json"), indent=1, allow_nan=False) + "\n"
