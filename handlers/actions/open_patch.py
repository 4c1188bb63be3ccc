"""The button "Open the diff": the diff that mends a rule, as a file in its thread."""

import asyncio
import hashlib
import re
from dataclasses import dataclass
from typing import Final

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import StoreError
from bot.render.slack.escape import code
from bot.render.slack.fix import OPEN_PATCH
from bot.render.words import patch
from bot.report import Report, Result
from bot.slack.files import upload_diff
from bot.slack.transport import Answer, Posted, Refused
from bot.store import Store, trouble
from bot.store.reports import Reports
from bot.store.threads import Thread, Threads
from handlers.actions._pressed import Pressed
from handlers.slack_request import STORE_TIME

ACTION: Final = OPEN_PATCH

ONCE: Final = 24 * 3600
"""Seconds in which the same diff is not put into the same thread again."""

TOO_OLD: Final = "This message is too old for me; run `/provenance check` with the image's name."
MENDED: Final = "There is no diff for that rule any more: the newest report does not have one."
THERE: Final = "The diff is in the thread already."
DONE: Final = "The diff is in the thread."
AWAY: Final = "I cannot do that right now. Please try again in a minute."
NO_RIGHT: Final = "I need the permission `files:write`. An admin can reinstall the app."

_RULE: Final = re.compile(r"[a-z][a-z0-9-]{1,79}")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class OpenPatch:
    """Puts the diff there, once; returns what the person who pressed reads."""

    store: Store
    client: AsyncWebClient

    async def press(self, pressed: Pressed) -> str:
        """Never raises for what the store or Slack does."""
        try:
            async with asyncio.timeout(STORE_TIME):
                thread, report = await self._about(pressed)
        except (StoreError, TimeoutError) as error:
            log.warning("a diff could not be looked up", error=str(error) or type(error).__name__)
            return AWAY
        if thread is None or report is None or not _RULE.fullmatch(pressed.value):
            return TOO_OLD
        result = next((one for one in report.failing() if one.rule == pressed.value), None)
        if result is None or not patch(result):
            return MENDED
        try:
            return await self._once(pressed, thread, result)
        except StoreError as error:
            log.warning("a diff could not be opened", error=str(error))
            return AWAY

    async def _about(self, pressed: Pressed) -> tuple[Thread | None, Report | None]:
        where = pressed.container
        thread = await Threads(self.store).at(pressed.team.id, where.channel_id, where.message_ts)
        latest = await Reports(self.store).latest(thread.address.subject) if thread else None
        return thread, latest.report if latest else None

    async def _once(self, pressed: Pressed, thread: Thread, result: Result) -> str:
        text = patch(result)
        content = hashlib.sha256(text.encode()).hexdigest()
        key = self.store.key("slack", "patch", thread.address.slot, thread.parent.ts, result.rule, content)
        with trouble("looking whether the diff is there"):
            if not await self.store.redis.set(key, "1", nx=True, ex=ONCE):
                return THERE
        name = f"{result.rule}.diff"
        answer = await upload_diff(self.client, pressed.container.channel_id, thread.parent.ts, name=name, text=text)
        if not isinstance(answer, Posted):
            log.warning("a diff could not be uploaded", answer=str(answer))
            with trouble("forgetting that the diff is there"):
                await self.store.redis.delete(key)
        return _said(answer)


def _said(answer: Answer) -> str:
    match answer:
        case Posted():
            return DONE
        case Refused("missing_scope"):
            return NO_RIGHT
        case Refused(word):
            return f"Slack would not take the diff: {code(word, 60)}."
        case _:
            return AWAY
