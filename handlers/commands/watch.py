"""`/provenance watch <repository or glob> [--tags GLOB]`: this channel is told of its new and moved tags."""

import asyncio
import time
from typing import Final

import structlog
from pydantic import ValidationError

from bot.check.audit.scope import remote_repository
from bot.errors import StoreError, UsageError
from bot.intake.job import JobQueue
from bot.intake.talk import WatchedHere
from bot.oci.asked import bare
from bot.oci.pasted import without_command
from bot.policy.globs import covers
from bot.polling.targets import refusals
from bot.render.slack.escape import advice, code, prose
from bot.store.watches import StoredWatches, Watch
from handlers.commands.in_time import in_time
from handlers.commands.options import parse
from handlers.commands.slash_command import CommandContext, Said, SlashCommand, person
from handlers.slack_request import STORE_TIME

HELP: Final = "watch <repository or glob> [--tags GLOB]: check new and moved tags, and post them in this channel"
USAGE: Final = (
    "Which repository? For example: `/provenance watch quay.io/acme/app --tags 1.*`, or all of a namespace:"
    " `/provenance watch quay.io/acme/*`"
)
POLICY: Final = "--policy"
NOT_HERE: Final = (
    "Which policy applies is said in the policy file, and not by who watches. To see how an image does by another one:"
    " `/provenance check IMAGE --policy NAME`"
)
FIXED: Final = (
    "An image is posted in one channel: in that which its policy names under `channel`, or else in the default one."
)
CLOSER: Final = "What another channel watches by a closer name stays there."
NO_CHANNEL: Final = "The bot cannot post in a direct message. Type the command in the channel that is to get the posts."
UNAVAILABLE: Final = "The watch could not be stored. Please try again in a minute."

log = structlog.get_logger(__name__)


async def run(asked: SlashCommand, context: CommandContext) -> str | Said:
    """The answer, after the watch is stored. To watch the same twice changes nothing."""
    try:
        words = parse(without_command(asked.words()), valued=("--tags", POLICY))
        if POLICY in words.values:
            return NOT_HERE
        if len(words.names) != 1:
            return USAGE
        watch = _watch(words.names[0], words.values.get("--tags", ()), asked)
        if said := _no_use(watch, context):
            return said
        return await _kept(watch, asked, context)
    except UsageError as error:
        return advice(str(error), 500)


def _no_use(watch: Watch, context: CommandContext) -> str:
    """Why nothing would ever be posted for it; "" if something would."""
    if refused := refusals(watch, context.tag_apis):
        return "; ".join(f"{code(one.glob)} cannot be polled: {advice(one.why)}" for one in refused[:5])
    if fixed := next((one for one in context.watches.fixed if covers(one.glob, watch.glob)), None):
        return f"{code(watch.glob)} is already watched by {prose(fixed.who, 60)}. {FIXED}"
    return ""


async def _kept(watch: Watch, asked: SlashCommand, context: CommandContext) -> str | Said:
    if context.store is None:
        return UNAVAILABLE
    said = await in_time(_keep(watch, StoredWatches(context.store)), UNAVAILABLE)
    if isinstance(said, Said):
        await _have_looked(asked, watch, context.queue)
    return said


async def _have_looked(asked: SlashCommand, watch: Watch, queue: JobQueue) -> None:
    """Whether the bot can post here is asked by a worker: Slack may take longer to say so than a command may."""
    job = WatchedHere(
        team=asked.team,
        user=asked.user,
        asked_at=watch.at,
        channel=watch.channel,
        thread_ts=asked.thread_ts,
        response_url=asked.response_url,
    )
    try:
        async with asyncio.timeout(STORE_TIME):
            await queue.talk(job, key=f"watched:{watch.channel}:{watch.who}:{watch.at:.3f}")
    except (StoreError, TimeoutError) as error:
        log.warning("channel of a watch not looked at", error=str(error) or type(error).__name__)


async def _keep(watch: Watch, watches: StoredWatches) -> str | Said:
    known = await watches.all()
    there = next((one for one in known if one.glob == watch.glob), None)
    others = [one for one in known if one.channel != watch.channel]
    if wider := next((one for one in others if covers(one.glob, watch.glob)), None):  # it would never be posted here
        where = "another channel" if wider.channel else "the default channel"
        return f"{code(watch.glob)} is already watched for {where}. Take it out there first."
    if there is not None and there.tags == watch.tags:
        return f"{code(watch.glob)}{_tags(watch)} is already watched here."
    await watches.add(watch)
    news = "changed the watch of" if there else "watches"
    told = "New and moved tags are checked and posted here; what is there now gets no post."
    told += f" {CLOSER}" if any(covers(watch.glob, one.glob) for one in others) else ""
    return Said(f"{person(watch.who)} {news} {code(watch.glob)}{_tags(watch)}. {told}", is_public=True)


def _watch(name: str, tags: tuple[str, ...], asked: SlashCommand) -> Watch:
    """Raises UsageError for a name or a glob that cannot be watched, or not from here."""
    if asked.channel.startswith("D"):
        raise UsageError(NO_CHANNEL)
    glob = bare(name) if set(name) & set("*?{}") else remote_repository(name).name
    try:
        return Watch(glob=glob, tags=tags, who=asked.user[:200], channel=asked.channel[:100], at=time.time())
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        if "tags" in first["loc"]:
            raise UsageError("a glob of tags has letters, digits, . _ - * and ?, for example 1.*") from None
        raise UsageError(str(first["msg"]).removeprefix("Value error, ")) from None


def _tags(watch: Watch) -> str:
    return f" (tags {', '.join(code(tag, 128) for tag in watch.tags[:5])})" if watch.tags else ""
