"""Which channels a person is in, of those that the bot can see.

https://docs.slack.dev/reference/methods/users.conversations
"""

from typing import TYPE_CHECKING, Final

from bot.errors import PostingError
from bot.slack.classify import answer_of, failures
from bot.slack.transport import Refused, RetryLater

if TYPE_CHECKING:  # large, and not needed without Slack
    from slack_sdk.web.async_client import AsyncWebClient

PAGES_MAX: Final = 10
"""Pages of 200 channels."""


async def channels_of(client: "AsyncWebClient", user: str) -> frozenset[str]:
    """Their ids; none if Slack refuses. Raises PostingError when it does not answer now."""
    found, cursor = set[str](), ""
    try:
        for _ in range(PAGES_MAX):
            answer = await client.users_conversations(
                user=user,
                types="public_channel,private_channel",
                exclude_archived=True,
                limit=200,
                cursor=cursor or None,
            )
            found |= {str(channel.get("id")) for channel in answer.get("channels") or []}
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                break
    except failures() as error:
        match answer_of(error):
            case Refused():
                return frozenset()
            case RetryLater(seconds, why):
                raise PostingError(why, code="later", retry_after=seconds) from None
            case _:
                raise PostingError("Slack did not answer", code="later", retry_after=15.0) from None
    return frozenset(found)
