"""The button "Open the diff": uploads the diff that fixes a rule into its thread."""

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
from bot.slack.files import upload
from bot.slack.transport import Answer, Posted, Refused
from bot.store import Store, trouble
from bot.store.reports import Reports
from bot.store.threads import Thread, Threads
from handlers.actions.pressed import Pressed
from handlers.slack_request import STORE_TIME

ACTION: Final = OPEN_PATCH

ONCE: Final = 24 * 3600
"""Seconds in which the same diff is not uploaded into the same thread again."""

TOO_OLD: Final = "This message is too old. Run `/provenance check` with the image name."
NO_DIFF: Final = "The newest report has no diff for that rule."
ALREADY_THERE: Final = "The diff is already in the thread."
DONE: Final = "The diff is in the thread."
UNAVAILABLE: Final = "That is not possible right now. Please try again in a minute."
MISSING_SCOPE: Final = "The app needs the permission `files:write`. An admin can reinstall the app."

_RULE: Final = re.compile(r"[a-z][a-z0-9-]{1,79}")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class OpenPatch:
    """Uploads the diff once; returns the answer to the person."""

    store: Store
    client: AsyncWebClient

    async def press(self, pressed: Pressed) -> str:
        """The answer. Errors of the store and of Slack become answers, too."""
        try:
            async with asyncio.timeout(STORE_TIME):
                image, rule = _asked(pressed)
                thread, report = await self._about(pressed, image)
        except (StoreError, TimeoutError) as error:
            log.warning("diff not found", error=str(error) or type(error).__name__)
            return UNAVAILABLE
        if thread is None or report is None or not _RULE.fullmatch(rule):
            return TOO_OLD
        result = next((one for one in report.failing() if one.rule == rule), None)
        if result is None or not patch(result):
            return NO_DIFF
        try:
            return await self._once(pressed, thread, result)
        except StoreError as error:
            log.warning("diff not uploaded", error=str(error))
            return UNAVAILABLE

    async def _about(self, pressed: Pressed, image: str) -> tuple[Thread | None, Report | None]:
        where = pressed.container
        thread = await Threads(self.store).at(pressed.team.id, where.channel_id, where.message_ts)
        latest = await Reports(self.store).latest(image or thread.address.subject) if thread else None
        return thread, latest.report if latest else None

    async def _once(self, pressed: Pressed, thread: Thread, result: Result) -> str:
        text = patch(result)
        content = hashlib.sha256(text.encode()).hexdigest()
        key = self.store.key("slack", "patch", thread.address.slot, thread.parent.ts, result.rule, content)
        with trouble("looking whether the diff is there"):
            if not await self.store.redis.set(key, "1", nx=True, ex=ONCE):
                return ALREADY_THERE
        name = f"{result.rule}.diff"
        answer = await upload(self.client, pressed.container.channel_id, thread.parent.ts, name=name, text=text)
        if not isinstance(answer, Posted):
            log.warning("diff not uploaded", answer=str(answer))
            with trouble("forgetting that the diff is there"):
                await self.store.redis.delete(key)
        return _said(answer)


def _asked(pressed: Pressed) -> tuple[str, str]:
    """Image and rule of the button. One of the first version names the rule alone: its thread is about one image."""
    image, _, rule = pressed.value.rpartition(" ")
    return image, rule


def _said(answer: Answer) -> str:
    match answer:
        case Posted():
            return DONE
        case Refused("missing_scope"):
            return MISSING_SCOPE
        case Refused(word):
            return f"Slack refused the diff: {code(word, 60)}."
        case _:
            return UNAVAILABLE
