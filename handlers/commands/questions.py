"""Queues a question whose answer takes longer than Slack waits."""

import asyncio
import hashlib
import time
from typing import Final

import structlog

from bot.errors import StoreError
from bot.intake.question import QuestionJob
from bot.request_ids import quoting
from handlers.commands.slash_command import CommandContext, SlashCommand
from handlers.slack_request import STORE_TIME

UNAVAILABLE: Final = "That is not possible right now. Please try again in a minute."

log = structlog.get_logger(__name__)


async def queued(question: QuestionJob, asked: SlashCommand, context: CommandContext, said: str) -> str:
    """`said` when the question is stored. The same question of the same person is answered once while it waits."""
    if not asked.response_url and not asked.thread_ts:
        return UNAVAILABLE
    way = {"user": asked.user, "response_url": asked.response_url, "channel": asked.channel}
    when = {"thread_ts": asked.thread_ts, "asked_at": asked.asked_at or time.time()}
    question = question.model_copy(update=way | when)
    parts = (question.kind, asked.user, asked.thread_ts, *question.names, "", *question.tags, str(question.last))
    key = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
    try:
        async with asyncio.timeout(STORE_TIME):
            await context.queue.ask(question, key=key)
    except (StoreError, TimeoutError) as error:
        log.warning("question not queued", kind=question.kind, error=str(error) or type(error).__name__)
        return quoting(UNAVAILABLE)
    return said
