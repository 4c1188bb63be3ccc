"""`/provenance list`: what this channel watches, and what the settings and the policy watch."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from bot.polling.targets import refusals
from bot.render.counted import counted
from bot.render.slack.escape import advice, code, date, prose
from bot.store.watches import StoredWatches, Watch
from handlers.commands.in_time import in_time
from handlers.commands.slash_command import CommandContext, SlashCommand, person

HELP: Final = "list: what this channel watches"
USAGE: Final = "Type `/provenance list`. `watch` adds a watch, and `unwatch` takes one out."
UNAVAILABLE: Final = "The watches could not be read. Please try again in a minute."
LINES_MAX: Final = 30
GLOB_MAX: Final = 60
"""Characters of a glob in the list; 30 of them fit into one answer."""


async def run(asked: SlashCommand, context: CommandContext) -> str:
    """The list. Watches of other channels are counted and not named."""
    if context.store is None:
        return UNAVAILABLE
    people = await in_time(StoredWatches(context.store).all(), UNAVAILABLE)
    if isinstance(people, str):
        return people
    here = [watch for watch in people if watch.channel == asked.channel]
    lines = [
        _line(watch, [refusal.why for refusal in refusals(watch, context.tag_apis)])
        for watch in (*here, *context.watches.fixed)
    ]
    others = len(people) - len(here)
    if not lines and not others:
        return "Nothing is watched yet. For example: `/provenance watch quay.io/acme/app`"
    shown = lines[:LINES_MAX] or ["This channel watches nothing."]
    more = [f"and {len(lines) - LINES_MAX} more"] if len(lines) > LINES_MAX else []
    away = [f"{counted(others, 'watch', 'watches')} of other channels."] if others else []
    return "\n".join([*shown, *more, *away])


def _line(watch: Watch, refused: Sequence[str]) -> str:
    tags = f", tags {', '.join(code(tag, 30) for tag in watch.tags[:3])}" if watch.tags else ""
    tags += f" and {len(watch.tags) - 3} more" if len(watch.tags) > 3 else ""  # noqa: PLR2004 - those that are shown
    polled = f"; not polled: {advice(refused[0], 80)}" if refused else ""
    if not watch.channel:
        return f"• {code(watch.glob, GLOB_MAX)}{tags}, by {prose(watch.who, 60)}{polled}"
    when = f", since {date(datetime.fromtimestamp(watch.at, UTC), '{date_short}')}" if watch.at else ""
    return f"• {code(watch.glob, GLOB_MAX)}{tags}, by {person(watch.who)}{when}{polled}"
