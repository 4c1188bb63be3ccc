"""`/provenance check <image> [--share]`: queue a check. The answer is private, or with `--share` in the channel."""

import asyncio
import time
from typing import Final

import structlog

from bot.errors import StoreError, UsageError
from bot.intake.job import CheckJob
from bot.oci.asked import parse_asked
from bot.oci.pasted import without_command
from bot.render.slack.escape import advice, code
from handlers.commands.options import DASH, parse
from handlers.commands.slash_command import CommandContext, SlashCommand
from handlers.slack_request import STORE_TIME

SHARE: Final = "--share"
HELP: Final = "check <image> [--share]: check one image now; only you see the answer, or with --share this channel does"
USAGE: Final = "Which image? For example: `/provenance check quay.io/microcks/microcks:1.15.0`"
ONE: Final = "One image at a time, please. For example: `/provenance check quay.io/microcks/microcks:1.15.0`"
UNAVAILABLE: Final = "The check could not be queued. Please try again in a minute."

log = structlog.get_logger(__name__)


async def run(asked: SlashCommand, context: CommandContext) -> str:
    """The answer, after the job is stored."""
    typed = [DASH.sub("--", word) for word in asked.words()]
    is_shared = SHARE in typed
    try:
        words = parse(without_command([word for word in typed if word != SHARE]), flags=(SHARE,)).names
        if len(words) != 1:
            return ONE if words else USAGE
        image = str(parse_asked(words[0]))
    except UsageError as error:
        return advice(str(error))
    job = CheckJob(
        image=image,
        origin="command",
        channel=asked.channel,
        user=asked.user,
        response_url=asked.response_url,
        thread_ts=asked.thread_ts,
        is_shared=is_shared,
        asked_at=asked.asked_at or time.time(),
    )
    try:
        async with asyncio.timeout(STORE_TIME):
            fresh = await context.queue.enqueue(job, key=f"{image}|{asked.channel}|{asked.user}|{asked.thread_ts}")
    except (StoreError, TimeoutError) as error:
        log.warning("check not queued", image=image, error=str(error) or type(error).__name__)
        return UNAVAILABLE
    return f"Checking {code(image, 500)}…" if fresh else f"A check of {code(image, 500)} is already queued."
