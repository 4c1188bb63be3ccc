"""`/provenance …`, one subcommand a file: `HELP` ("word <argument>: what it does") and `run`.

To add one: a file here, and its word in `COMMANDS`. `run(asked, desk)` returns what the person who asked reads, in
mrkdwn that it has escaped (bot/render/slack/escape.py). It does nothing slow: Slack waits three seconds.
"""

import difflib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Final, Protocol

from bot.render.slack.escape import code
from bot.render.slack.message import MessageDraft
from handlers.commands import check, fix, rule
from handlers.commands import help as help_
from handlers.commands.slash_command import TEXT_MAX, CommandContext, SlashCommand, typed

__all__ = ["COMMANDS", "CommandContext", "SlackCommand", "SlashCommand", "answer", "follow"]


class SlackCommand(Protocol):
    """What a module of this room looks like."""

    @property
    def HELP(self) -> str:  # noqa: N802 - a constant of the module
        """One line of help: what to type, a colon, what it does."""

    async def run(self, asked: SlashCommand, desk: CommandContext) -> str:
        """What the person who asked reads."""


COMMANDS: Final[Mapping[str, SlackCommand]] = {
    "check": check,
    "fix": fix,
    "rule": rule,
    "help": help_,
}


LATER: Final[Mapping[str, Callable[[SlashCommand, CommandContext], Awaitable[MessageDraft | None]]]] = {
    "fix": fix.later
}
"""What follows an answer, for subcommands that take longer than Slack waits; it changes nothing by itself."""


async def follow(asked: SlashCommand, desk: CommandContext) -> MessageDraft | None:
    """What the person who asked reads after the answer, where the subcommand has more to say."""
    verb, _, rest = typed(asked.text).partition(" ")
    later = LATER.get(verb.lower()) if len(asked.text) <= TEXT_MAX else None
    return await later(replace(asked, text=rest), desk) if later else None


async def answer(asked: SlashCommand, desk: CommandContext) -> str:
    """Find the subcommand in the text; a bare image means `check`, nothing at all means `help`."""
    if len(asked.text) > TEXT_MAX:
        return f"That is too long for me: {len(asked.text)} characters. An image name has at most 512."
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
        return f"I do not know {code(verb, 80)}. Did you mean `{close[0]}`?"
    return f"I do not know {code(verb, 80)}. If it is an image: `/provenance check` and its name."
