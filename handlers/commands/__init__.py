"""`/provenance …`, one file per subcommand: `HELP` ("word <argument>: what it does"), `USAGE` and `run`.

To add one: a file here, and its word in `COMMANDS`. `run(command, context)` returns the answer to the person, in
escaped mrkdwn (bot/render/slack/escape.py). It must be fast: Slack waits three seconds.
"""

import difflib
import re
from collections.abc import Mapping
from typing import Final, Protocol

from bot.render.slack.escape import code
from bot.values import replace
from handlers.commands import (
    audit,
    check,
    compare,
    digest,
    explain,
    fix,
    list_,
    settings,
    snooze,
    status,
    unwatch,
    waive,
    waivers,
    watch,
)
from handlers.commands import help as help_
from handlers.commands.slash_command import TEXT_MAX, CommandContext, Said, SlashCommand, typed, unquoted

__all__ = ["ALIASES", "COMMANDS", "CommandContext", "Said", "SlackCommand", "SlashCommand", "answer"]


class SlackCommand(Protocol):
    """The interface of a module in this package."""

    @property
    def HELP(self) -> str:  # noqa: N802 - a constant of the module
        """One line of help: what to type, a colon, and what it does."""

    @property
    def USAGE(self) -> str:  # noqa: N802
        """What to type instead, with an example, in mrkdwn."""

    async def run(self, asked: SlashCommand, context: CommandContext) -> str | Said:
        """The answer to the person."""


COMMANDS: Final[Mapping[str, SlackCommand]] = {
    "check": check,
    "compare": compare,
    "audit": audit,
    "fix": fix,
    "watch": watch,
    "unwatch": unwatch,
    "list": list_,
    "status": status,
    "explain": explain,
    "waive": waive,
    "waivers": waivers,
    "snooze": snooze,
    "settings": settings,
    "digest": digest,
    "help": help_,
}

ALIASES: Final[Mapping[str, str]] = {"rule": "explain", "rules": "explain", "watches": "list"}
"""Other words for them; the first is from the first version, the others are what the terminal has."""


async def answer(asked: SlashCommand, context: CommandContext) -> Said:
    """Find the subcommand in the text; a bare image means `check`, nothing at all means `help`."""
    said = await _answer(asked, context)
    return Said(said) if isinstance(said, str) else said


async def _answer(asked: SlashCommand, context: CommandContext) -> str | Said:
    if len(asked.text) > TEXT_MAX:
        return f"The command is too long: {len(asked.text)} characters. An image name has at most 512."
    text = re.sub(r"^/provenance\s+|^/provenance$", "", typed(asked.text))  # a whole line was pasted
    verb, _, rest = text.partition(" ")
    verb = unquoted(verb)
    word = ALIASES.get(verb.lower(), verb.lower())
    if command := COMMANDS.get(word or "help"):
        return await command.run(replace(asked, text=rest), context)
    if any(sign in verb for sign in "/:.@"):
        return await check.run(replace(asked, text=text), context)
    if verb in {"docker", "podman", "skopeo", "crane", "nerdctl", "$"}:  # a pasted command that pulls
        return await check.run(replace(asked, text=text), context)
    if asked.thread_ts:  # everybody in the thread of a release reads the answer
        return f"{_unknown(verb)} `/provenance help` lists the commands, for you alone."
    return f"{_unknown(verb)}{_help_beside(verb)}"


def _help_beside(verb: str) -> str:
    """The list of all commands only where nothing is like the word."""
    if close := _meant(verb):
        return f" `/provenance help {close}` explains it, `/provenance help` lists all commands."
    return f"\n{help_.every()}"


def _meant(verb: str) -> str:
    """The word that is most like it; "" if none is."""
    return next(iter(difflib.get_close_matches(verb.lower(), (*COMMANDS, *ALIASES), n=1)), "")


def _unknown(verb: str) -> str:
    if close := _meant(verb):
        return f"Unknown command {code(verb, 80)}. Did you mean `{close}`?"
    return f"Unknown command {code(verb, 80)}. To check an image, type `/provenance check` and its name."
