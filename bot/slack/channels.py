"""Resolves channel names to ids: settings say `#releases`, Slack's API needs the id."""

import re
from typing import TYPE_CHECKING, Final

from bot.slack.classify import answer_of, failures
from bot.slack.transport import Refused, RetryLater, Unconfirmed
from bot.store import Store, trouble

if TYPE_CHECKING:  # large, and not needed without Slack
    from slack_sdk.web.async_client import AsyncWebClient

CACHE_TIME: Final = 24 * 3600
"""Seconds that a resolved name is cached; channels are rarely renamed."""

PAGES_MAX: Final = 50
"""Pages of the channel list that are read, 200 channels each."""

_ID = re.compile(r"[CDG][A-Z0-9]{2,20}")
_NAME = re.compile(r"[^\s#@<>|,]{1,80}")


class Channels:
    """Finds channels by name, and caches the ids."""

    def __init__(self, client: "AsyncWebClient", store: Store, team: str) -> None:
        self._client = client
        self._store = store
        self._team = team

    async def id_of(self, channel: str) -> str | RetryLater | Refused:
        """The id for `#releases`, `releases` or an id. May raise StoreError."""
        if _ID.fullmatch(channel):
            return channel
        name = channel.removeprefix("#")
        if _NAME.fullmatch(name) is None:
            return Refused("channel_not_found")
        if known := await known_id(self._store, self._team, name):
            return known
        found = await self._search(name)
        if isinstance(found, str):
            with trouble("remembering a channel"):
                await self._store.redis.set(_key(self._store, self._team, name), found, ex=CACHE_TIME)
        return found

    async def _search(self, name: str) -> str | RetryLater | Refused:
        cursor = ""
        try:
            for _ in range(PAGES_MAX):
                answer = await self._client.conversations_list(
                    types="public_channel,private_channel",
                    exclude_archived=True,
                    limit=200,
                    cursor=cursor or None,
                )
                for channel in answer.get("channels") or []:
                    if channel.get("name") == name:
                        return str(channel.get("id"))
                cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
                if not cursor:
                    break
        except failures() as error:
            failed = answer_of(error)
            return failed if isinstance(failed, RetryLater | Refused) else RetryLater(15.0, _why(failed))
        return Refused("channel_not_found")


async def known_id(store: Store, team: str, channel: str) -> str:
    """The id of that channel's name, if it was found lately; else "". Raises StoreError."""
    with trouble("looking up a channel"):
        return str(await store.redis.get(_key(store, team, channel.removeprefix("#"))) or "")


def _key(store: Store, team: str, name: str) -> str:
    return store.key("slack", "channel", team, name)


def _why(answer: object) -> str:
    return answer.why if isinstance(answer, Unconfirmed) else "Slack did not answer"
