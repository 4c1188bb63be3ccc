"""`/provenance digest`: the digest of this channel as it would be now, for the person alone."""

from typing import Final

from bot.intake.question import QuestionJob
from handlers.commands.questions import queued
from handlers.commands.slash_command import CommandContext, SlashCommand

HELP: Final = "digest: what passed, what is open and what ends soon in this channel, for you alone"
USAGE: Final = "Type `/provenance digest`. `/provenance settings` shows when this channel gets it."


async def run(asked: SlashCommand, context: CommandContext) -> str:
    """The first answer; a worker reads the rest."""
    question = QuestionJob(kind="digest", names=(asked.channel or "?",), team=asked.team)
    return await queued(question, asked, context, "Reading what happened in this channel…")
