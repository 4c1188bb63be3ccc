"""Answers that only one person sees, through the response_url of a command or button.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses: five uses in thirty minutes.
"""

import hashlib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import structlog

from bot.render.slack.escape import is_safe
from bot.store import Store, trouble

log = structlog.get_logger(__name__)

HOST: Final = "hooks.slack.com"
"""The host of Slack's response URLs."""

USES_MAX: Final = 5
LIFE: Final = 29 * 60
"""Seconds; Slack's thirty minutes minus a margin."""

_OK, _SERVER_ERROR = 200, 500


class AnswerOutcome(StrEnum):
    """What became of an answer."""

    TOLD = "told"
    ALREADY = "already"  # it was sent before
    SPENT = "spent"  # this response_url did not take it; nobody was told
    LOST = "lost"  # it may have arrived, or can never be sent


class Ephemeral:
    """Sends answers to one person. An unconfirmed answer is not repeated."""

    def __init__(self, store: Store, session: aiohttp.ClientSession, api_url: str) -> None:
        self._store = store
        self._session = session
        self._places = {("https", HOST), _place(api_url)}

    async def say(
        self, response_url: str, text: str, blocks: Sequence[Mapping[str, object]] = (), *, once: str
    ) -> bool:
        """Whether Slack accepted it. An answer with the same `once` is not sent again. May raise StoreError."""
        return await self.tell(response_url, text, blocks, once=once) is AnswerOutcome.TOLD

    async def tell(
        self, response_url: str, text: str, blocks: Sequence[Mapping[str, object]] = (), *, once: str
    ) -> AnswerOutcome:
        """The same, and why not. May raise StoreError."""
        if not self._is_slacks(response_url) or not is_safe(text, blocks):
            return AnswerOutcome.LOST
        first, uses = await self._count(response_url, once)
        if not first:
            return AnswerOutcome.ALREADY
        told = await self._send(response_url, text, blocks) if uses <= USES_MAX else AnswerOutcome.SPENT
        if told is AnswerOutcome.SPENT:
            with trouble("forgetting an answer"):
                await self._store.redis.delete(self._said(response_url, once))
        return told

    async def say_uncounted(self, response_url: str, text: str, blocks: Sequence[Mapping[str, object]] = ()) -> bool:
        """The same when the store cannot count: Slack refuses a sixth use by itself. Raises nothing."""
        if not self._is_slacks(response_url) or not is_safe(text, blocks):
            return False
        return await self._send(response_url, text, blocks) is AnswerOutcome.TOLD

    async def _send(self, response_url: str, text: str, blocks: Sequence[Mapping[str, object]]) -> AnswerOutcome:
        from slack_sdk.webhook.async_client import AsyncWebhookClient  # noqa: PLC0415 - large, and not needed without Slack

        client = AsyncWebhookClient(response_url, session=self._session, retry_handlers=[])
        try:
            answer = await client.send(
                text=text, blocks=[dict(block) for block in blocks] or None, response_type="ephemeral"
            )
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("ephemeral answer may be lost", error=type(error).__name__)
            return AnswerOutcome.LOST
        if answer.status_code == _OK:
            return AnswerOutcome.TOLD
        log.warning("ephemeral answer refused", status=answer.status_code, answer=answer.body[:60])
        # Refused for certain: for its age, its number or its rate. An answer with an error of the server may be there.
        return AnswerOutcome.SPENT if answer.status_code < _SERVER_ERROR else AnswerOutcome.LOST

    def _is_slacks(self, url: str) -> bool:
        """Only Slack itself is called, and only over HTTPS, whatever URL a job contains."""
        try:
            return _place(url) in self._places
        except ValueError:  # not a URL
            return False

    async def _count(self, url: str, once: str) -> tuple[bool, int]:
        """Whether nobody has sent it before, and how often the URL was used, this time included."""
        with trouble("counting answers to a person"):
            first = await self._store.redis.set(self._said(url, once), "1", nx=True, ex=LIFE)
            uses = self._store.key("slack", "uses", _name(url))
            count = await self._store.redis.incr(uses) if first else 0
            await self._store.redis.expire(uses, LIFE, nx=True)
        return bool(first), int(count)

    def _said(self, url: str, once: str) -> str:
        return self._store.key("slack", "said", _name(url), once)


def _place(url: str) -> tuple[str, str]:
    """Scheme and host. Raises ValueError."""
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _name(url: str) -> str:
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()
