"""`/provenance unwatch <repository or glob>`: this channel is not told of it any more."""

from typing import Final

from bot.check.audit.scope import remote_repository
from bot.errors import UsageError
from bot.intake.watch_list import BY_POLICY, BY_SETTINGS
from bot.oci.asked import bare
from bot.render.slack.escape import advice, code
from bot.store.watches import StoredWatches, Watch
from handlers.commands.in_time import in_time
from handlers.commands.options import parse
from handlers.commands.slash_command import CommandContext, Said, SlashCommand, person

HELP: Final = "unwatch <repository or glob>: remove a watch of this channel"
USAGE: Final = "Which watch? For example: `/provenance unwatch quay.io/acme/app`; `/provenance list` shows all of them"
UNAVAILABLE: Final = "The watch could not be removed. Please try again in a minute."


async def run(asked: SlashCommand, context: CommandContext) -> str | Said:
    """The answer, after the watch is gone."""
    try:
        words = parse(asked.words())
        if len(words.names) != 1:
            return USAGE
        globs = {bare(words.names[0]), *_repository(words.names[0])}
    except UsageError as error:
        return advice(str(error), 500)
    if context.store is None:
        return UNAVAILABLE
    return await in_time(_remove(globs, asked, context, StoredWatches(context.store)), UNAVAILABLE)


async def _remove(globs: set[str], asked: SlashCommand, context: CommandContext, watches: StoredWatches) -> str | Said:
    there = next((watch for watch in await watches.all() if watch.glob in globs), None)
    if there is None:
        return _not_there(globs, context.watches.fixed)
    if there.channel != asked.channel:
        where = "another channel" if there.channel else "a terminal, with `provenance watch`"
        return f"{code(there.glob)} was added in {where}. Take it out there."
    if not await watches.remove(there.glob):  # somebody else was faster
        return f"{code(there.glob)} is not watched any more."
    return Said(f"{person(asked.user)} has removed the watch of {code(there.glob)}.", is_public=True)


def _not_there(globs: set[str], fixed: tuple[Watch, ...]) -> str:
    for watch in fixed:
        if watch.glob in globs:
            where = {BY_SETTINGS: f"the setting `{BY_SETTINGS}`", BY_POLICY: "the policy file"}.get(watch.who, "a file")
            return f"{code(watch.glob)} is watched by {where}, and can be removed there only."
    shown = code(min(globs, key=len))
    return f"Nobody has added a watch of {shown}. `/provenance list` shows the watches of this channel."


def _repository(name: str) -> tuple[str, ...]:
    """The full name of a repository; nothing for a glob."""
    return () if set(name) & set("*?{}") else (remote_repository(name).name,)
