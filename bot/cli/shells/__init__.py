"""Completion for shells, one file each: a script made of what the command line knows of itself.

To add one: a file here with `script(commands) -> str`, and its name in `SHELLS`.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import Final, Protocol, cast

from bot.cli.shells.words import CommandWords

SHELLS: Final = ("bash", "zsh", "fish")


class Shell(Protocol):
    """A module of this package."""

    def script(self, commands: Sequence[CommandWords]) -> str:
        """What the shell is to read."""


def script(name: str, commands: Sequence[CommandWords]) -> str:
    """The script for that shell."""
    return cast("Shell", import_module(f"{__package__}.{name}")).script(commands)
