"""Uploads a file into the thread of a release, once for the same content."""

import hashlib
from typing import TYPE_CHECKING, Final

import structlog
from msgspec import Struct

from bot.errors import StoreError
from bot.render.slack.escape import code
from bot.slack.files import upload
from bot.slack.transport import Answer, Posted, Refused
from bot.store import Store, trouble
from handlers.actions.about import AboutRelease
from handlers.actions.replies import UNAVAILABLE

if TYPE_CHECKING:  # large, and not needed without Slack
    from slack_sdk.web.async_client import AsyncWebClient

ONCE: Final = 24 * 3600
"""Seconds in which the same file is not uploaded into the same thread again."""

MISSING_SCOPE: Final = "The app needs the permission `files:write`. An admin can reinstall the app."

log = structlog.get_logger(__name__)


class FileInThread(Struct, frozen=True):
    """Uploads it; returns the answer to the person. Errors of the store and of Slack become answers, too."""

    store: Store
    client: "AsyncWebClient"

    async def upload(self, release: AboutRelease, *, kind: str, name: str, text: str) -> str:
        """`kind` is a word for people, such as `diff`. Everybody in the channel can read the file."""
        try:
            return await self._once(release, kind, name, text)
        except StoreError as error:
            log.warning("file not uploaded", kind=kind, error=str(error))
            return UNAVAILABLE

    async def _once(self, release: AboutRelease, kind: str, name: str, text: str) -> str:
        place, content = release.place, hashlib.sha256(text.encode()).hexdigest()
        slot = f"{{{place.team}:{place.channel}}}"
        key = self.store.key("slack", "file", slot, release.thread_ts, name, content)
        with trouble("looking whether the file is there"):
            if not await self.store.redis.set(key, "1", nx=True, ex=ONCE):
                return f"The {kind} is already in the thread."
        answer = await upload(self.client, place.channel, release.thread_ts, name=name, text=text)
        if not isinstance(answer, Posted):
            log.warning("file not uploaded", kind=kind, answer=str(answer))
            with trouble("forgetting that the file is there"):
                await self.store.redis.delete(key)
        return _said(answer, kind)


def _said(answer: Answer, kind: str) -> str:
    match answer:
        case Posted():
            return f"The {kind} is in the thread."
        case Refused("missing_scope"):
            return MISSING_SCOPE
        case Refused(word):
            return f"Slack refused the {kind}: {code(word, 60)}."
        case _:
            return UNAVAILABLE
