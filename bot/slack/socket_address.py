"""Asks Slack for the address of a Socket Mode link (apps.connections.open).

https://docs.slack.dev/reference/methods/apps.connections.open
"""

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from bot.slack.classify import answer_of, failures
from bot.slack.transport import Refused, RetryLater, Unconfirmed

if TYPE_CHECKING:  # large, and not needed without Slack
    from slack_sdk.web.async_client import AsyncWebClient

UNREACHABLE: Final = 5.0
"""Seconds to wait at least, if Slack did not answer as it should."""

_SECURE, _PLAIN = "wss", "ws"


async def socket_address(client: "AsyncWebClient", app_token: str) -> str | RetryLater | Refused:
    """An address that works once, for some seconds. It holds a ticket, so it is never logged."""
    try:
        answer = await client.apps_connections_open(app_token=app_token)
    except failures() as error:
        failed = answer_of(error)
        return failed if isinstance(failed, RetryLater | Refused) else RetryLater(UNREACHABLE, _why(failed))
    address = str(answer.get("url", ""))
    allowed = {_SECURE} if client.base_url.startswith("https://") else {_SECURE, _PLAIN}
    if urlsplit(address).scheme not in allowed:
        return RetryLater(UNREACHABLE, "Slack answered without the address of a link")
    return address


def _why(answer: object) -> str:
    return answer.why if isinstance(answer, Unconfirmed) else "Slack did not answer"
