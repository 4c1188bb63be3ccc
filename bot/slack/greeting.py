"""The first message of a bot that was just set up, and the channels that it could be in."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from bot.render.slack.escape import code
from bot.slack.classify import answer_of, failures
from bot.slack.transport import Answer, Posted

if TYPE_CHECKING:  # large, and not needed without Slack
    from slack_sdk.web.async_client import AsyncWebClient

PAGES_MAX: Final = 25
"""Pages of the channel list that are read, 200 channels each."""

NAMED_MAX: Final = 10
"""Watched images that the greeting names."""


class JoinedChannel(Struct, frozen=True):
    """A channel that the bot is in."""

    id: str
    name: str


async def joined_channels(client: "AsyncWebClient") -> tuple[JoinedChannel, ...] | Answer:
    """By name; or what went wrong."""
    found: list[JoinedChannel] = []
    cursor = ""
    try:
        for _ in range(PAGES_MAX):
            answer = await client.conversations_list(
                types="public_channel,private_channel", exclude_archived=True, limit=200, cursor=cursor or None
            )
            found += [
                JoinedChannel(str(channel.get("id")), str(channel.get("name")))
                for channel in answer.get("channels") or []
                if channel.get("is_member") is True
            ]
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                break
    except failures() as error:
        return answer_of(error)
    return tuple(sorted(found, key=lambda channel: channel.name))


async def greet(client: "AsyncWebClient", channel: str, watched: Sequence[str], settle: float) -> Answer:
    """Post that the bot is here, what it watches, and how long a push waits (in seconds)."""
    text = greeting(watched, settle)
    try:
        answer = await client.chat_postMessage(
            channel=channel, text=text, parse="none", unfurl_links=False, unfurl_media=False
        )
    except failures() as error:
        return answer_of(error)
    return Posted(str(answer.get("ts", "")))


def greeting(watched: Sequence[str], settle: float) -> str:
    """In mrkdwn."""
    if not watched:
        return "I am here. I watch no image yet: type `/provenance watch` and the name of a repository."
    names = ", ".join(code(glob, 200) for glob in watched[:NAMED_MAX])
    more = f" and {len(watched) - NAMED_MAX} more" if len(watched) > NAMED_MAX else ""
    waits = f" A push is checked {settle:g} seconds after its last event." if settle else ""
    return f"I am here: watching {names}{more}.{waits} Type `/provenance help` for what I can do."
