"""An audit as JSON: the document of `bot.report.audit`, unchanged."""

import json

from bot.render.display import Display
from bot.report.audit import Audit


def render(audit: Audit, _: Display = Display()) -> str:  # noqa: B008 - frozen
    """ASCII only, so that every terminal and pipe can carry it."""
    return json.dumps(audit.model_dump(mode="json"), indent=1, allow_nan=False) + "\n"
