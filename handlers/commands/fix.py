"""`/provenance fix <image>`: what to change in the workflow that built it; a click proposes it."""

from typing import Final

import structlog

from bot.errors import InvalidReferenceError, StoreError
from bot.oci.asked import parse_asked
from bot.oci.pasted import without_command
from bot.oci.reference import Reference
from bot.render.slack.escape import code, prose
from bot.render.slack.message import MessageDraft
from bot.render.slack.patch import refusal_of
from handlers.commands.slash_command import CommandContext, SlashCommand

HELP: Final = "fix <image>: what to change in the workflow that built it, and a pull request if you may"
USAGE: Final = "Which image? For example: `/provenance fix quay.io/microcks/microcks:1.15.0`"
AWAY: Final = "I cannot do that right now. Please try again in a minute."

log = structlog.get_logger(__name__)


async def run(asked: SlashCommand, desk: CommandContext) -> str:
    """At once; the change itself takes longer than Slack waits, and follows (`later`)."""
    if desk.fixing is None:
        return AWAY
    image = _image(asked)
    return image if isinstance(image, str) else f"Looking for what I can change for {code(str(image), 500)}…"


async def later(asked: SlashCommand, desk: CommandContext) -> MessageDraft | None:
    """The change, as the person who asked reads it; None when there is nothing more to say."""
    image = _image(asked)
    if desk.fixing is None or isinstance(image, str):
        return None
    try:
        return await desk.fixing.show(image, asked.user)
    except StoreError as error:
        log.warning("a change could not be looked up", image=str(image), error=str(error))
        return refusal_of(AWAY)


def _image(asked: SlashCommand) -> Reference | str:
    """The image, or what is wrong with the question."""
    words = without_command(asked.words())
    if len(words) != 1:
        return USAGE
    try:
        return parse_asked(words[0])
    except InvalidReferenceError as error:
        return prose(str(error))
