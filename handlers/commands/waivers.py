"""`/provenance waivers [revoke <id>]`: the waivers of this channel that hold, the first to end first."""

from datetime import UTC, datetime
from typing import Final

from bot.attention import StoredWaiver
from bot.jobs.attending import Attended, Attending
from bot.render.slack.escape import code, prose
from bot.store.attention import Waivers
from handlers.commands.in_time import in_time
from handlers.commands.slash_command import CommandContext, Said, SlashCommand, person
from handlers.commands.waive import NOT_YOU

HELP: Final = "waivers [revoke <id>]: what was waived from this channel, and until when"
USAGE: Final = "Type `/provenance waivers` for the list, or `/provenance waivers revoke 0123456789ab` to take one back"
UNAVAILABLE: Final = "The waivers could not be read or changed. Please try again in a minute."
LINES_MAX: Final = 12
"""Waivers in one answer; each with its reason."""


async def run(asked: SlashCommand, context: CommandContext) -> str | Said:
    """The list, or the answer after one was taken back."""
    if context.attending is None:
        return UNAVAILABLE
    match [word.lower() for word in asked.words()]:
        case []:
            return await in_time(_listed(asked, context.attending), UNAVAILABLE)
        case ["revoke", id_]:
            return await in_time(_revoked(id_[:40], asked, context.attending), UNAVAILABLE)
        case _:
            return USAGE


async def _listed(asked: SlashCommand, attending: Attending) -> str:
    page = await Waivers(attending.store).listed(asked.team, asked.channel, limit=LINES_MAX)
    if not page.items:
        return "No waiver was given from this channel, or all of them are over."
    more = page.total - len(page.items)
    return "\n".join([*map(_line, page.items), *([f"and {more} more"] if more else [])])


def _line(waiver: StoredWaiver) -> str:
    # The day that was typed: the waiver ends with it, at the first second of the next one.
    last = datetime.fromtimestamp(waiver.ends_at - 1, UTC).date()
    images = ", ".join(code(name, 100) for name, _ in waiver.images[:2])
    more = f" and {len(waiver.images) - 2} more" if len(waiver.images) > 2 else ""  # noqa: PLR2004 - those shown
    what = f"{code(waiver.rule, 80)} for {images}{more} ({waiver.scope.words})"
    until = f"by {person(waiver.who)} until {last.isoformat()} (UTC)"
    return f"• {what} {until}: {prose(waiver.reason, 150)} {code(waiver.id, 12)}"


async def _revoked(id_: str, asked: SlashCommand, attending: Attending) -> str | Said:
    answer = await attending.revoke_waiver(id_, asked.user, team=asked.team)
    match answer.done:
        case Attended.FORBIDDEN:
            return NOT_YOU
        case Attended.DONE if answer.waiver:
            return Said(
                f"{person(asked.user)} has revoked the waiver of {code(answer.waiver.rule, 80)}.", is_public=True
            )
        case _:
            return f"No waiver {code(id_, 40)} holds. {USAGE}"
