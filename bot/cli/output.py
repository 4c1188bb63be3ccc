"""Writes a result to stdout, for a terminal or a pipe."""

import os
import shutil
import sys

from bot.cli.runner_log import without_commands
from bot.render.display import Display


def display_of(*, verbose: bool = False, quiet: bool = False) -> Display:
    """What stdout can show."""
    said = os.environ  # noqa: TID251 - what the terminal can show is not our setting
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else Display().width
    terminal = sys.stdout.isatty() and said.get("TERM") != "dumb"  # which shows escape codes as text
    colours = not said.get("NO_COLOR")  # https://no-color.org
    return Display(width=width, terminal=terminal, verbose=verbose, quiet=quiet, colours=colours)


def write(text: str, format_: str = "text") -> None:
    """Characters that the encoding of stdout lacks are escaped; nothing becomes a command of GitHub's runner."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.stdout.write(without_commands(text, format_))
    sys.stdout.flush()
