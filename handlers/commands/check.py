"""`/provenance check <image> [--share | --policy NAME]`: queue a check. `--share` tells the channel.

With `--policy` it is judged by another policy than its own. That is a question of one person: nothing is kept of it.
"""

import asyncio
import difflib
import time
from typing import Final

import structlog

from bot.errors import StoreError, UsageError
from bot.intake.job import CheckJob
from bot.intake.question import QuestionJob
from bot.oci.asked import parse_asked
from bot.oci.pasted import without_command
from bot.render.slack.escape import advice, code
from bot.request_ids import quoting
from handlers.commands.options import DASH, parse
from handlers.commands.questions import queued
from handlers.commands.slash_command import CommandContext, SlashCommand
from handlers.slack_request import STORE_TIME

SHARE: Final = "--share"
POLICY: Final = "--policy"
HELP: Final = (
    "check <image> [--share | --policy NAME]: check one image now; only you see the answer, or with --share this"
    " channel does; with --policy, by another policy than its own"
)
USAGE: Final = "Which image? For example: `/provenance check quay.io/microcks/microcks:1.15.0`"
ONE: Final = "One image at a time, please. For example: `/provenance check quay.io/microcks/microcks:1.15.0`"
NAMES_MAX: Final = 350
"""Characters of the policies' names in one answer."""
UNAVAILABLE: Final = "The check could not be queued. Please try again in a minute."

log = structlog.get_logger(__name__)


async def run(asked: SlashCommand, context: CommandContext) -> str:
    """The answer, after the job is stored."""
    typed = [DASH.sub("--", word) for word in asked.words()]
    is_shared = SHARE in typed
    try:
        read = parse(without_command([word for word in typed if word != SHARE]), flags=(SHARE,), valued=(POLICY,))
        words = read.names
        if len(words) != 1:
            return ONE if words else USAGE
        image = str(parse_asked(words[0]))
        if name := read.value(POLICY):
            return await _judged(image, name, asked, context, is_shared=is_shared)
    except UsageError as error:
        return advice(str(error), 500)
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
        return quoting(UNAVAILABLE)
    return f"Checking {code(image, 500)}…" if fresh else f"A check of {code(image, 500)} is already queued."


async def _judged(image: str, typed: str, asked: SlashCommand, context: CommandContext, *, is_shared: bool) -> str:
    """Raises UsageError for a policy that there is not."""
    if is_shared:
        return "By another policy the answer is for you alone: posts in a channel go by the image's own policy."
    names = context.attending.policies.names() if context.attending else ()
    by_word = {name.replace(" ", "-"): name for name in reversed(names)}  # a name with spaces is typed with hyphens
    if typed not in by_word:
        close = difflib.get_close_matches(typed, by_word, n=1)
        instead = f"Did you mean `{close[0]}`?" if close else f"There are: {_names(list(by_word)[::-1])}."
        raise UsageError(f"Unknown policy `{typed[:80]}`. {instead}")
    question = QuestionJob(kind="judge", names=(image, by_word[typed]))
    said = f"Checking {code(image, 500)} by the policy {code(by_word[typed], 100)}…"
    return await queued(question, asked, context, said)


def _names(words: list[str]) -> str:
    """As many as an answer has room for, each as code: a glob is to be copied as it is."""
    kept: list[str] = []
    for word in words:
        if sum(map(len, kept)) + 4 * len(kept) + len(word) > NAMES_MAX:
            break
        kept.append(word)
    more = f" and {len(words) - len(kept)} more" if len(words) > len(kept) else ""
    return f"{', '.join(f'`{word}`' for word in kept)}{more}"
