"""`/provenance settings [digest …]`: what this channel has chosen, and when its digest comes."""

import time
from datetime import UTC, datetime
from typing import Final

from bot.digest.schedule import Every, Schedule, parse
from bot.errors import MalformedError, UsageError
from bot.render.slack.escape import advice, code, date
from bot.store.digest_marks import ChosenSchedule, DigestMarks
from handlers.commands.in_time import in_time
from handlers.commands.slash_command import CommandContext, Said, SlashCommand, person

HELP: Final = "settings [digest daily|weekly|off …]: what this channel has chosen, and when its digest comes"
USAGE: Final = (
    "For example: `/provenance settings digest weekly monday 09:00 Europe/Paris`, `/provenance settings digest off`, or"
    " `/provenance settings digest default` for what the bot's settings say"
)
UNAVAILABLE: Final = "The settings could not be read or stored. Please try again in a minute."
DEFAULT: Final = "default"
_POLICY: Final = "Owners, `passes`, `mentions` and rules are keys of the policy file."


async def run(asked: SlashCommand, context: CommandContext) -> str | Said:
    """The answer, after a change is stored."""
    words = asked.words()
    if context.store is None:
        return UNAVAILABLE
    marks = DigestMarks(context.store)
    if not words:
        return await in_time(_shown(asked, context, marks), UNAVAILABLE)
    if words[0].lower() != "digest" or not words[1:]:
        return f"A channel may choose its `digest`. {USAGE}"
    return await in_time(_change(words[1:], asked, context, marks), UNAVAILABLE)


async def _shown(asked: SlashCommand, context: CommandContext, marks: DigestMarks) -> str:
    chosen = await marks.chosen(asked.team, asked.channel)
    if chosen is None:
        said = f"Digest: {code(str(context.digest))}, as the bot's settings say."
    else:
        when = date(datetime.fromtimestamp(chosen.at, UTC))
        said = f"Digest: {code(chosen.digest)}, chosen by {person(chosen.who)}, {when}."
    return f"{said}\n{_POLICY}\n{USAGE}"


async def _change(words: list[str], asked: SlashCommand, context: CommandContext, marks: DigestMarks) -> str | Said:
    before = await marks.chosen(asked.team, asked.channel)
    if [word.lower() for word in words] == [DEFAULT]:
        if not await marks.forget(asked.team, asked.channel):
            return f"The digest is {code(str(context.digest))} already, as the bot's settings say."
        return _told(asked, context.digest)
    try:
        schedule = parse(" ".join(words), before.schedule if before else context.digest)
        if before is not None and before.schedule == schedule:
            return f"The digest is {code(str(schedule))} already."
        await marks.choose(
            ChosenSchedule(team=asked.team, channel=asked.channel, digest=str(schedule), who=asked.user, at=time.time())
        )
    except (MalformedError, UsageError) as error:
        return f"{advice(str(error), 500)}. {USAGE}"
    return _told(asked, schedule)


def _told(asked: SlashCommand, schedule: Schedule) -> Said:
    if schedule.every is Every.OFF:
        return Said(f"{person(asked.user)} has turned the digest of this channel off.", is_public=True)
    return Said(f"{person(asked.user)} has chosen the digest of this channel: {code(str(schedule))}.", is_public=True)
