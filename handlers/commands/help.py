"""`/provenance help`: lists all subcommands."""

from typing import Final

from bot.render.slack.escape import code, prose
from handlers.commands.slash_command import CommandContext, SlashCommand

HELP: Final = "help: this list"


async def run(asked: SlashCommand, desk: CommandContext) -> str:  # noqa: ARG001 - the answer is always the same
    """All subcommands, one per line."""
    from handlers.commands import COMMANDS  # noqa: PLC0415 - circular: that package imports this file

    lines = [_line(*command.HELP.split(": ", 1)) for command in COMMANDS.values()]
    return "\n".join(["This bot checks provenance, SBOM and signatures of container images.", *lines])


def _line(typed: str, what: str) -> str:
    return f"{code(f'/provenance {typed}')}   {prose(what)}"
