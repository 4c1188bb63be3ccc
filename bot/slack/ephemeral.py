"""Answers that only one person sees, through the response_url of a command or button.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses: five uses in thirty minutes.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.render.slack.escape import is_safe
from bot.store import Store, trouble

log = structlog.get_logger(__name__)

HOST: Final = "hooks.slack.com"
"""The host of Slack's response URLs."""

USES_MAX: Final = 5
LIFE: Final = 29 * 60
"""Seconds; Slack's thirty minutes minus a margin."""

_OK = 200


class Ephemeral:
    """Sends answers to one person. An unconfirmed answer is not repeated."""

    def __init__(self, store: Store, session: aiohttp.ClientSession, api_url: str) -> None:
        self._store = store
        self._session = session
        self._hosts = {HOST, urlsplit(api_url).netloc}

    async def say(
        self, response_url: str, text: str, blocks: Sequence[Mapping[str, object]] = (), *, once: str
    ) -> bool:
        """Whether Slack accepted it. An answer with the same `once` is not sent again. May raise StoreError."""
        if not self._is_slacks(response_url) or not is_safe(text, blocks) or not await self._may(response_url, once):
            return False
        client = AsyncWebhookClient(response_url, session=self._session, retry_handlers=[])
        try:
            answer = await client.send(
                text=text, blocks=[dict(block) for block in blocks] or None, response_type="ephemeral"
            )
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("ephemeral answer may be lost", error=type(error).__name__)
            return False
        return answer.status_code == _OK

    def _is_slacks(self, url: str) -> bool:
        """Only Slack's own hosts are called, whatever URL a job contains."""
        return urlsplit(url).netloc in self._hosts

    async def _may(self, url: str, once: str) -> bool:
        name = hashlib.sha256(url.encode()).hexdigest()
        with trouble("counting answers to a person"):
            first = await self._store.redis.set(self._store.key("slack", "said", name, once), "1", nx=True, ex=LIFE)
            uses = self._store.key("slack", "uses", name)
            count = await self._store.redis.incr(uses) if first else 0
            await self._store.redis.expire(uses, LIFE, nx=True)
        return bool(first) and count <= USES_MAX
