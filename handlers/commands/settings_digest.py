"""`/provenance settings digest …`: when this channel gets its digest."""

import time
from datetime import UTC, datetime
from typing import Final

from bot.digest.schedule import Every, Schedule, parse
from bot.errors import MalformedError, UsageError
from bot.render.slack.check_failure import sentence
from bot.render.slack.escape import advice, code, date
from bot.store.digest_marks import ChosenSchedule, DigestMarks
from handlers.commands.slash_command import Said, SlashCommand, person

DEFAULT: Final = "default"


async def shown(asked: SlashCommand, default: Schedule, marks: DigestMarks) -> str:
    """One line. Raises StoreError."""
    chosen = await marks.chosen(asked.team, asked.channel)
    if chosen is None:
        return f"Digest: {code(str(default))}, as the bot's settings say."
    when = date(datetime.fromtimestamp(chosen.at, UTC))
    return f"Digest: {code(chosen.digest)}, chosen by {person(chosen.who)}, {when}."


async def change(
    words: list[str], asked: SlashCommand, default: Schedule, marks: DigestMarks, usage: str
) -> str | Said:
    """The answer, after the change is stored. Raises StoreError."""
    before = await marks.chosen(asked.team, asked.channel)
    if [word.lower() for word in words] == [DEFAULT]:
        if not await marks.forget(asked.team, asked.channel):
            return f"The digest is {code(str(default))} already, as the bot's settings say."
        return _told(asked, default)
    try:
        schedule = parse(" ".join(words), before.schedule if before else default)
        if before is not None and before.schedule == schedule:
            return f"The digest is {code(str(schedule))} already."
        await marks.choose(
            ChosenSchedule(team=asked.team, channel=asked.channel, digest=str(schedule), who=asked.user, at=time.time())
        )
    except (MalformedError, UsageError) as error:
        return f"{sentence(advice(str(error), 500))} {usage}"
    return _told(asked, schedule)


def _told(asked: SlashCommand, schedule: Schedule) -> Said:
    if schedule.every is Every.OFF:
        return Said(f"{person(asked.user)} has turned the digest of this channel off.", is_public=True)
    return Said(f"{person(asked.user)} has chosen the digest of this channel: {code(str(schedule))}.", is_public=True)
