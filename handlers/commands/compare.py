"""`/provenance compare <image> <image>`: what the second image has lost; the answer follows, only for that person."""

from typing import Final

from bot.errors import InvalidReferenceError
from bot.intake.question import QuestionJob
from bot.oci.asked import parse_asked
from bot.render.slack.escape import code, prose
from handlers.commands.questions import queued
from handlers.commands.slash_command import CommandContext, SlashCommand

HELP: Final = "compare <image> <image>: what the second one has lost, gained or changed"
USAGE: Final = "Which two images? For example: `/provenance compare quay.io/acme/app:1.2.2 quay.io/acme/app:1.2.3`"
_TWO: Final = 2


async def run(asked: SlashCommand, context: CommandContext) -> str:
    """The first answer, after the question is stored."""
    words = asked.words()
    if len(words) != _TWO:
        return USAGE
    try:
        names = [str(parse_asked(word)) for word in words]
    except InvalidReferenceError as error:
        return prose(str(error))
    question = QuestionJob(kind="compare", names=tuple(names))
    return await queued(question, asked, context, f"Comparing {code(names[0], 300)} with {code(names[1], 300)}…")
