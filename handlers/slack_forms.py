"""Opens a form (modal). Slack lets that happen once, within three seconds of what the person did."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import structlog

from bot.slack.classify import answer_of, failures

if TYPE_CHECKING:  # large, and not needed without Slack
    from slack_sdk.web.async_client import AsyncWebClient

TOO_LATE: Final = "Slack did not let the form open in time. Please try again."

log = structlog.get_logger(__name__)


async def open_form(client: "AsyncWebClient", trigger_id: str, view: Mapping[str, object]) -> str:
    """Nothing to say if it opened, else `TOO_LATE`."""
    try:
        await client.views_open(trigger_id=trigger_id, view=dict(view))
    except failures() as error:
        log.warning("form not opened", answer=str(answer_of(error)))
        return TOO_LATE
    return ""
