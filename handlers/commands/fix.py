"""`/provenance fix <image>`: shows the fix for the workflow that built the image; a button opens the pull request."""

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

HELP: Final = "fix <image>: what to change in the workflow that built it, with a pull request if you may open one"
USAGE: Final = "Which image? For example: `/provenance fix quay.io/microcks/microcks:1.15.0`"
UNAVAILABLE: Final = "That is not possible right now. Please try again in a minute."

log = structlog.get_logger(__name__)


async def run(asked: SlashCommand, context: CommandContext) -> str:
    """The first answer. The fix takes longer than Slack waits, so it follows in `later`."""
    if context.fixing is None:
        return UNAVAILABLE
    image = _image(asked)
    return image if isinstance(image, str) else f"Looking for a fix for {code(str(image), 500)}…"


async def later(asked: SlashCommand, context: CommandContext) -> MessageDraft | None:
    """The fix, or None."""
    image = _image(asked)
    if context.fixing is None or isinstance(image, str):
        return None
    try:
        return await context.fixing.show(image, asked.user)
    except StoreError as error:
        log.warning("fix not found", image=str(image), error=str(error))
        return refusal_of(UNAVAILABLE)


def _image(asked: SlashCommand) -> Reference | str:
    """The image, or an error message."""
    words = without_command(asked.words())
    if len(words) != 1:
        return USAGE
    try:
        return parse_asked(words[0])
    except InvalidReferenceError as error:
        return prose(str(error))
