"""`/provenance snooze <image> <4h|1d|7d|next|off>`: nobody is notified of its release in this channel for a while."""

from datetime import UTC, datetime
from typing import Final

from bot.attention import SnoozeFor
from bot.errors import UsageError
from bot.jobs.attending import Attended, Attending
from bot.render.slack.escape import advice, code, date
from handlers.commands.in_time import in_time
from handlers.commands.noted import noted_image
from handlers.commands.options import parse
from handlers.commands.slash_command import CommandContext, Said, SlashCommand, person

HELP: Final = "snooze <image> <4h|1d|7d|next|off>: no new posts about its release here for a while"
USAGE: Final = "Which image, and how long? For example: `/provenance snooze quay.io/acme/app:1.2.3 1d`; `off` ends it"
TIMES: Final = "Type `4h`, `1d`, `7d`, `next` (until the next release) or `off`."
UNAVAILABLE: Final = "The snooze could not be stored. Please try again in a minute."
OFF: Final = "off"
_TWO: Final = 2
_WORDS: Final = {"4h": "4h", "1d": "1d", "day": "1d", "7d": "7d", "1w": "7d", "week": "7d", "next": "next"}


async def run(asked: SlashCommand, context: CommandContext) -> str | Said:
    """The answer, after the snooze is stored. Anybody in the channel may snooze: everybody sees who did."""
    try:
        words = parse(asked.words()).names
        if len(words) != _TWO:
            return USAGE
        if words[1].lower() not in {*_WORDS, OFF}:
            return f"{code(words[1], 40)} is not a time. {TIMES}"
        if context.attending is None:
            return UNAVAILABLE
        return await in_time(_do(words[0], words[1].lower(), asked, context.attending), UNAVAILABLE)
    except UsageError as error:
        return advice(str(error))


async def _do(name: str, word: str, asked: SlashCommand, attending: Attending) -> str | Said:
    image = await noted_image(name, asked, attending)
    shown = code(image.place.subject.removesuffix(" (rolling)"), 300)
    if word == OFF:
        there = (await attending.about(image.place, image.reports)).snooze
        answer = await attending.take_back(there, image.place, image.reports)
        if answer.done is not Attended.DONE:
            return f"{shown} is not snoozed here."
        return Said(f"{person(asked.user)} has ended the snooze of {shown}.", is_public=True)
    for_ = SnoozeFor(_WORDS[word])
    answer = await attending.snooze(image.place, asked.user, for_, image.reports)
    lasts = for_.words if for_ is SnoozeFor.NEXT_RELEASE else f"until {date(datetime.fromtimestamp(answer.until, UTC))}"
    if answer.done is Attended.ALREADY:
        return f"{shown} is already snoozed {lasts}."
    return Said(f"{person(asked.user)} has snoozed {shown} {lasts}.", is_public=True)
