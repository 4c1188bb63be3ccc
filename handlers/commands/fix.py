"""`/provenance fix <image>`: shows the fix for the workflow that built the image; a button opens the pull request."""

from typing import Final

from bot.errors import UsageError
from bot.intake.question import QuestionJob
from bot.oci.asked import parse_asked
from bot.oci.pasted import without_command
from bot.render.slack.escape import advice, code
from handlers.commands.options import parse
from handlers.commands.questions import queued
from handlers.commands.slash_command import CommandContext, SlashCommand

HELP: Final = "fix <image>: what to change in the workflow that built it, with a pull request if you may open one"
USAGE: Final = "Which image? For example: `/provenance fix quay.io/microcks/microcks:1.15.0`"


async def run(asked: SlashCommand, context: CommandContext) -> str:
    """The first answer, after the question is stored. The fix takes longer than Slack waits, so a worker sends it."""
    try:
        words = parse(without_command(asked.words())).names
        if len(words) != 1:
            return USAGE
        image = str(parse_asked(words[0]))
    except UsageError as error:
        return advice(str(error))
    question = QuestionJob(kind="fix", names=(image,))
    return await queued(question, asked, context, f"Looking for a fix for {code(image, 500)}…")
