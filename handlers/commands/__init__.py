"""`/provenance …`, one file per subcommand: `HELP` ("word <argument>: what it does") and `run`.

To add one: a file here, and its word in `COMMANDS`. `run(command, context)` returns the answer to the person, in
escaped mrkdwn (bot/render/slack/escape.py). It must be fast: Slack waits three seconds.
"""

import difflib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Final, Protocol

from bot.render.slack.escape import code
from bot.render.slack.message import MessageDraft
from handlers.commands import audit, check, compare, fix, rule, status
from handlers.commands import help as help_
from handlers.commands.slash_command import TEXT_MAX, CommandContext, SlashCommand, typed

__all__ = ["COMMANDS", "CommandContext", "SlackCommand", "SlashCommand", "answer", "follow"]


class SlackCommand(Protocol):
    """The interface of a module in this package."""

    @property
    def HELP(self) -> str:  # noqa: N802 - a constant of the module
        """One line of help: what to type, a colon, and what it does."""

    async def run(self, asked: SlashCommand, desk: CommandContext) -> str:
        """The answer to the person."""


COMMANDS: Final[Mapping[str, SlackCommand]] = {
    "check": check,
    "compare": compare,
    "audit": audit,
    "status": status,
    "fix": fix,
    "rule": rule,
    "help": help_,
}


LATER: Final[Mapping[str, Callable[[SlashCommand, CommandContext], Awaitable[MessageDraft | None]]]] = {
    "fix": fix.later
}
"""A second answer, for subcommands that take longer than Slack waits. It changes nothing."""


async def follow(asked: SlashCommand, desk: CommandContext) -> MessageDraft | None:
    """The second answer, or None."""
    verb, _, rest = typed(asked.text).partition(" ")
    later = LATER.get(verb.lower()) if len(asked.text) <= TEXT_MAX else None
    return await later(replace(asked, text=rest), desk) if later else None


async def answer(asked: SlashCommand, desk: CommandContext) -> str:
    """Find the subcommand in the text; a bare image means `check`, nothing at all means `help`."""
    if len(asked.text) > TEXT_MAX:
        return f"The command is too long: {len(asked.text)} characters. An image name has at most 512."
    text = typed(asked.text)
    verb, _, rest = text.partition(" ")
    if not verb:
        return await help_.run(asked, desk)
    if command := COMMANDS.get(verb.lower()):
        return await command.run(replace(asked, text=rest), desk)
    if any(sign in verb for sign in "/:.@"):
        return await check.run(replace(asked, text=text), desk)
    return f"{_unknown(verb)}\n{await help_.run(asked, desk)}"


def _unknown(verb: str) -> str:
    close = difflib.get_close_matches(verb.lower(), COMMANDS, n=1)
    if close:
        return f"Unknown command {code(verb, 80)}. Did you mean `{close[0]}`?"
    return f"Unknown command {code(verb, 80)}. To check an image, type `/provenance check` and its name."
