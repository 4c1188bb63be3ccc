"""`@provenance check …`: the grammar of `/provenance`, answered in the thread in which the bot was mentioned.

https://docs.slack.dev/reference/events/app_mention
"""

import asyncio
import re
from typing import Any, Final

import structlog
from msgspec import Struct
from pydantic import ValidationError
from slack_bolt.async_app import AsyncApp

from bot.intake.talk import ReadyAnswer
from handlers.commands import CommandContext, SlashCommand, answer
from handlers.events.envelope import MentionEvent
from handlers.events.stored_first import on_event
from handlers.slack_text import guarded

TIME_MAX: Final = 2.5
"""Seconds for all of it; Slack waits three."""

_MENTION: Final = re.compile(r"<@[UW][A-Z0-9]{2,20}(?:\|[^<>]{0,100})?>")

log = structlog.get_logger(__name__)


class MentionListener(Struct, frozen=True):
    """Answers mentions. The answer is stored before the event is acknowledged."""

    context: CommandContext

    async def heard(self, body: dict[str, Any]) -> None:
        """Raises StoreError and TimeoutError if it could not be stored: Slack will deliver the event again."""
        try:
            envelope = MentionEvent.model_validate(body)
        except ValidationError as error:
            log.warning("unreadable mention", fields=[entry["loc"] for entry in error.errors()][:5])
            return
        if not envelope.event.bot_id and not envelope.event.subtype:  # bots that answer each other never end
            async with asyncio.timeout(TIME_MAX):
                await self._answer(envelope)

    async def _answer(self, envelope: MentionEvent) -> None:
        event = envelope.event
        asked = SlashCommand(
            text=asked_text(event.text),
            channel=event.channel,
            user=event.user,
            team=envelope.team_id,
            thread_ts=event.thread_ts or event.ts,
            asked_at=float(event.ts),
        )
        said = await answer(asked, self.context)
        reply = ReadyAnswer(
            text=guarded(said.text),
            team=envelope.team_id,
            user=event.user,
            channel=event.channel,
            thread_ts=asked.thread_ts,
            asked_at=asked.asked_at,
        )
        await self.context.queue.talk(reply, key=f"mention:{envelope.event_id}")


def asked_text(text: str) -> str:
    """What stands behind the bot's name, or before it if nothing does."""
    before, _, after = _MENTION.sub("\0", text.replace("\0", " ")).partition("\0")
    chosen = after if after.replace("\0", " ").strip() else before
    return chosen.replace("\0", " ").strip()


def register(app: AsyncApp, mentions: MentionListener) -> None:
    """Add the listener to the application."""
    on_event(app, "app_mention", mentions.heard)
