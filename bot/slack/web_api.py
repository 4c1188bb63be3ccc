"""The transport to Slack's Web API. It does not retry: the outbox decides on retries."""

import time
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import aiohttp
import structlog
from msgspec import Struct

from bot.oci.wire.outbound import Outbound
from bot.oci.wire.proxied import requests_by
from bot.slack.classify import answer_of, failures
from bot.slack.transport import (
    Answer,
    FoundMessage,
    OutgoingMessage,
    Posted,
    Refused,
    RetryLater,
    Search,
    TransportLimits,
    Unconfirmed,
)

if TYPE_CHECKING:  # large, and not needed without Slack
    from slack_sdk.web.async_client import AsyncWebClient

log = structlog.get_logger(__name__)

CALL_MAX: Final = 10.0
"""Seconds for one call, connecting included. slack_sdk's own `timeout` is ignored once it has a session."""

PAGES_MAX: Final = 10
"""Pages of the history that a search reads."""

_Record: TypeAlias = Mapping[str, Any]


class BotIdentity(Struct, frozen=True):
    """The bot's own ids in Slack."""

    team: str
    bot: str


def client_for(token: str, api_url: str, session: aiohttp.ClientSession) -> "AsyncWebClient":
    """A client that does not retry (a retry after a lost answer posts twice) and uses our session."""
    from bot.slack.counting_client import CountingClient  # noqa: PLC0415 - see above

    return CountingClient(token=token, base_url=api_url, session=session, retry_handlers=[])


def session_for_slack(proxies: Outbound | None) -> aiohttp.ClientSession:
    """The process's session for Slack, its sockets included. The caller closes it."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_MAX), request_class=requests_by(proxies))


class SlackTransport:
    """Posts through the Web API with the bot's token."""

    def __init__(self, client: "AsyncWebClient", limits: TransportLimits | None = None) -> None:
        self.client = client
        self.limits = limits or TransportLimits()
        self._identity: BotIdentity | None = None
        self._held_until: dict[str, float] = {}

    async def identity(self) -> BotIdentity | RetryLater | Refused:
        """Requested once, then cached."""
        if self._identity is None:
            try:
                answer = await self.client.auth_test()
            except failures() as error:
                return _certain(answer_of(error))
            self._identity = BotIdentity(str(answer.get("team_id", "")), str(answer.get("bot_id", "")))
        return self._identity

    async def post(self, letter: OutgoingMessage) -> Answer:
        """chat.postMessage."""
        more: dict[str, object] = {"thread_ts": letter.thread_ts} if letter.thread_ts else {}
        more |= {"reply_broadcast": True} if letter.thread_ts and letter.broadcast else {}
        return await self._send("chat.postMessage", letter, more | {"unfurl_links": False, "unfurl_media": False})

    async def update(self, letter: OutgoingMessage) -> Answer:
        """chat.update, always with text, blocks and metadata: Slack would drop or keep the old ones."""
        return await self._send("chat.update", letter, {"ts": letter.ts})

    async def find(self, search: Search) -> FoundMessage | RetryLater | Refused | None:
        """By the intent in the metadata of our own messages. If there are several, all but the oldest are deleted."""
        identity = await self.identity()
        if not isinstance(identity, BotIdentity):
            return identity
        try:
            found = [record async for record in self._history(search) if _is_ours(record, search, identity)]
        except failures() as error:
            return _certain(answer_of(error))
        if not found:
            return None
        found.sort(key=lambda record: str(record["ts"]))
        for extra in found[1:]:
            await self._delete(search.channel, str(extra["ts"]))
        rev = found[0]["metadata"]["event_payload"].get("rev", 0)
        return FoundMessage(str(found[0]["ts"]), rev if isinstance(rev, int) else 0)

    async def permalink(self, channel: str, ts: str) -> str:
        """chat.getPermalink; optional, so errors are ignored."""
        try:
            answer = await self.client.chat_getPermalink(channel=channel, message_ts=ts)
        except failures():
            return ""
        link = str(answer.get("permalink", ""))
        return link if link.startswith("https://") else ""

    async def _send(self, method: str, letter: OutgoingMessage, more: Mapping[str, object]) -> Answer:
        if (held := self._held_until.get(method, 0.0) - time.monotonic()) > 0:
            return RetryLater(held, f"Slack limits the rate of {method}")
        body = {
            "channel": letter.channel,
            "text": letter.text,
            "blocks": list(letter.blocks),
            "metadata": letter.metadata,
            "parse": "none",
            **more,
        }
        try:
            answer = await self.client.api_call(method, json=body)
        except failures() as error:
            return self._held(method, answer_of(error))
        return Posted(str(answer.get("ts", "")))

    def _held(self, method: str, answer: Answer) -> Answer:
        if isinstance(answer, RetryLater):
            self._held_until[method] = time.monotonic() + answer.seconds
        return answer

    async def _history(self, search: Search) -> AsyncIterator[_Record]:
        cursor = ""
        for _ in range(PAGES_MAX):
            common: dict[str, Any] = {
                "channel": search.channel,
                "oldest": f"{search.oldest:.6f}",
                "inclusive": True,
                "limit": 100,
                "include_all_metadata": True,
                "cursor": cursor or None,
            }
            if search.thread_ts:
                answer = await self.client.conversations_replies(ts=search.thread_ts, **common)
            else:
                answer = await self.client.conversations_history(**common)
            for record in answer.get("messages") or []:
                yield record
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return

    async def _delete(self, channel: str, ts: str) -> None:
        try:
            await self.client.chat_delete(channel=channel, ts=ts)
        except failures() as error:
            log.warning("duplicate message could not be deleted", answer=str(answer_of(error)))


def _is_ours(record: object, search: Search, identity: BotIdentity) -> bool:
    if not isinstance(record, Mapping) or record.get("bot_id") != identity.bot:
        return False
    metadata = record.get("metadata")
    if not isinstance(metadata, Mapping) or metadata.get("event_type") != search.event:
        return False
    payload = metadata.get("event_payload")
    return isinstance(payload, Mapping) and payload.get("intent") == search.intent


def _certain(answer: Answer) -> RetryLater | Refused:
    """A lost answer to a read request can simply be retried."""
    if isinstance(answer, Refused | RetryLater):
        return answer
    return RetryLater(15.0, answer.why if isinstance(answer, Unconfirmed) else "")
