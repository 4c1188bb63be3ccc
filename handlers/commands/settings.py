"""`/provenance settings [<what> <value>]`: what this channel has chosen of its digest, passes, mentions and replies."""

import time
from datetime import UTC, datetime
from typing import Final, Literal, TypeAlias

from bot.errors import UsageError
from bot.render.slack.escape import advice, code, date
from bot.store.channel_choices import ChannelChoices, StoredChoices
from bot.store.digest_marks import DigestMarks
from handlers.commands import settings_digest
from handlers.commands.in_time import in_time
from handlers.commands.settings_digest import DEFAULT
from handlers.commands.slash_command import CommandContext, Said, SlashCommand, person

Key: TypeAlias = Literal["passes", "mentions", "threads", "broadcast"]

HELP: Final = "settings [digest|passes|mentions|threads|broadcast <value>]: what this channel has chosen"
USAGE: Final = (
    "For example: `/provenance settings digest weekly monday 09:00 Europe/Paris`, `passes each|digest|none` (what is"
    " posted of a release that passes), `mentions parent|thread|none` (where owners are mentioned), `threads on|off`"
    " (whether fixes get replies), `broadcast on|off` (whether a release that passed and now fails is also shown in the"
    " channel, and not only in its thread), each also with `default`"
)
UNAVAILABLE: Final = "The settings could not be read or stored. Please try again in a minute."
_POLICY: Final = "Owners and rules are keys of the policy file."

_VALUES: Final[dict[str, tuple[str, ...]]] = {
    "passes": ("each", "digest", "none"),
    "mentions": ("parent", "thread", "none"),
    "threads": ("on", "off"),
    "broadcast": ("on", "off"),
}
_BY_POLICY: Final = {"threads": "on", "broadcast": "off"}
"""What holds where a channel has chosen nothing; else the policy says it."""


async def run(asked: SlashCommand, context: CommandContext) -> str | Said:
    """The answer, after a change is stored."""
    words = asked.words()
    if context.store is None:
        return UNAVAILABLE
    marks, choices = DigestMarks(context.store), StoredChoices(context.store)
    match [word.lower() for word in words]:
        case []:
            return await in_time(_shown(asked, context, marks, choices), UNAVAILABLE)
        case ["digest", _, *_]:
            return await in_time(settings_digest.change(words[1:], asked, context.digest, marks, USAGE), UNAVAILABLE)
        case ["passes" | "mentions" | "threads" | "broadcast" as key, value] if value in {*_VALUES[key], DEFAULT}:
            return await in_time(_change(key, value, asked, choices), UNAVAILABLE)
        case [key, *_] if key in _VALUES:
            return f"`{key}` is {', '.join(f'`{one}`' for one in _VALUES[key])} or `{DEFAULT}`. {USAGE}"
        case _:
            return f"A channel may choose its `digest`, `passes`, `mentions`, `threads` and `broadcast`. {USAGE}"


async def _shown(asked: SlashCommand, context: CommandContext, marks: DigestMarks, choices: StoredChoices) -> str:
    lines = [await settings_digest.shown(asked, context.digest, marks)]
    there = await choices.of(asked.team, asked.channel)
    for key in _VALUES:
        value = getattr(there, key)
        lines.append(f"{key.capitalize()}: {code(value)}." if value else f"{key.capitalize()}: {_default(key)}.")
    if there.who:
        lines.append(f"Last chosen by {person(there.who)}, {date(datetime.fromtimestamp(there.at, UTC))}.")
    return "\n".join([*lines, _POLICY, USAGE])


def _default(key: str) -> str:
    return f"`{_BY_POLICY[key]}`" if key in _BY_POLICY else "as the policy says"


async def _change(key: Key, value: str, asked: SlashCommand, choices: StoredChoices) -> str | Said:
    there = await choices.of(asked.team, asked.channel)
    new = "" if value == DEFAULT else value
    if getattr(there, key) == new:
        return f"`{key}` is {code(value)} already."
    try:
        await choices.put(_with(there, key, new, asked.user))
    except UsageError as error:
        return advice(str(error), 500)
    return Said(f"{person(asked.user)} has set `{key}` of this channel to {code(value)}.", is_public=True)


def _with(there: ChannelChoices, key: Key, value: str, who: str) -> ChannelChoices:
    said = there.model_dump() | {key: value, "who": who[:200], "at": time.time()}
    return ChannelChoices.model_validate(said)
