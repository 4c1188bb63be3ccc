"""The reports of a release as a JSON file in its thread, once for the same content."""

import asyncio
import hashlib
import re
from dataclasses import dataclass
from typing import Final

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import StoreError
from bot.render import json as as_json
from bot.render.slack.escape import code
from bot.slack.files import upload
from bot.slack.transport import Posted, Refused
from bot.store import Store, trouble
from handlers.actions.about import AboutRelease
from handlers.actions.open_patch import MISSING_SCOPE
from handlers.actions.replies import UNAVAILABLE

ONCE: Final = 24 * 3600
"""Seconds in which the same file is not uploaded into the same thread again."""

FILE_MAX: Final = 8 * 1024 * 1024
"""Bytes of a file; a report has some 100 kB."""

ALREADY_THERE: Final = "The evidence is already in the thread."
DONE: Final = "The evidence is in the thread."
TOO_LONG: Final = "The evidence is too long for a file. Run `provenance check --format json` on a terminal."

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """Uploads the file; returns the answer to the person. Errors of the store and of Slack become answers, too."""

    store: Store
    client: AsyncWebClient

    async def upload(self, release: AboutRelease) -> str:
        """Everybody in the channel can read it; a report holds no secret."""
        text = await asyncio.to_thread(as_json.render, release.reports)
        if len(text) > FILE_MAX:
            return TOO_LONG
        try:
            return await self._once(release, text)
        except StoreError as error:
            log.warning("evidence not uploaded", error=str(error))
            return UNAVAILABLE

    async def _once(self, release: AboutRelease, text: str) -> str:
        place, content = release.place, hashlib.sha256(text.encode()).hexdigest()
        slot = f"{{{place.team}:{place.channel}}}"
        key = self.store.key("slack", "evidence", slot, release.thread_ts, content)
        with trouble("looking whether the evidence is there"):
            if not await self.store.redis.set(key, "1", nx=True, ex=ONCE):
                return ALREADY_THERE
        name = f"{re.sub(r'[^A-Za-z0-9._-]+', '-', release.title)[:100]}.json"
        answer = await upload(self.client, place.channel, release.thread_ts, name=name, text=text)
        if not isinstance(answer, Posted):
            log.warning("evidence not uploaded", answer=str(answer))
            with trouble("forgetting that the evidence is there"):
                await self.store.redis.delete(key)
        match answer:
            case Posted():
                return DONE
            case Refused("missing_scope"):
                return MISSING_SCOPE
            case Refused(word):
                return f"Slack refused the file: {code(word, 60)}."
            case _:
                return UNAVAILABLE
