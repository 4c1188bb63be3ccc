"""`/provenance help [<command>]`: lists all subcommands, or explains one."""

from typing import Final

from bot.render.slack.escape import code, prose
from handlers.commands.slash_command import CommandContext, SlashCommand

HELP: Final = "help [<command>]: this list, or more about one command"
USAGE: Final = "Type `/provenance help` for the list, or a command behind it, e.g. `/provenance help watch`"


async def run(asked: SlashCommand, context: CommandContext) -> str:  # noqa: ARG001 - it needs nothing
    """The command that is named, or all of them, one per line."""
    from handlers.commands import ALIASES, COMMANDS  # noqa: PLC0415 - circular: that package imports this file

    words = [word.lower().removeprefix("/") for word in asked.words()]
    command = COMMANDS.get(ALIASES.get(words[0], words[0])) if words else None
    return f"{_line(command.HELP)}\n{command.USAGE}" if command else every()


def every() -> str:
    """All subcommands."""
    from handlers.commands import COMMANDS  # noqa: PLC0415 - as above

    lines = [_line(command.HELP) for command in COMMANDS.values()]
    return "\n".join(["This bot checks provenance, SBOM and signatures of container images.", *lines])


def _line(text: str) -> str:
    typed, _, what = text.partition(": ")
    return f"{code(f'/provenance {typed}')}   {prose(what)}"
