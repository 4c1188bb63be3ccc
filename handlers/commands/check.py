"""`/provenance check <image>`: queue a check; the result is posted in the channel."""

import asyncio
import time
from typing import Final

import structlog

from bot.errors import InvalidReferenceError, StoreError
from bot.intake.job import CheckJob
from bot.oci.asked import parse_asked
from bot.oci.pasted import without_command
from bot.render.slack.escape import code, prose
from handlers.commands.slash_command import CommandContext, SlashCommand
from handlers.slack_request import STORE_TIME

HELP: Final = "check <image>: check one image now; the result is posted here"
USAGE: Final = "Which image? For example: `/provenance check quay.io/microcks/microcks:1.15.0`"
ONE: Final = "One image at a time, please. For example: `/provenance check quay.io/microcks/microcks:1.15.0`"
UNAVAILABLE: Final = "The check could not be queued. Please try again in a minute."

log = structlog.get_logger(__name__)


async def run(asked: SlashCommand, desk: CommandContext) -> str:
    """The answer, after the job is stored."""
    words = without_command(asked.words())
    if len(words) != 1:
        return ONE if words else USAGE
    try:
        image = str(parse_asked(words[0]))
    except InvalidReferenceError as error:
        return prose(str(error))
    job = CheckJob(
        image=image,
        origin="command",
        channel=asked.channel,
        user=asked.user,
        response_url=asked.response_url,
        asked_at=time.time(),
    )
    try:
        async with asyncio.timeout(STORE_TIME):
            fresh = await desk.queue.enqueue(job, key=f"{image}|{asked.channel}")
    except (StoreError, TimeoutError) as error:
        log.warning("check not queued", image=image, error=str(error) or type(error).__name__)
        return UNAVAILABLE
    return f"Checking {code(image, 500)}…" if fresh else f"A check of {code(image, 500)} is already queued."
