"""Writes a result to stdout, for a terminal or a pipe."""

import os
import shutil
import sys

from bot.render.display import Display


def display_of(*, verbose: bool = False, quiet: bool = False) -> Display:
    """What stdout can show."""
    terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if terminal else Display().width
    said = os.environ  # noqa: TID251 - what the terminal can show is no setting of ours
    colours = not said.get("NO_COLOR") and said.get("TERM") != "dumb"  # https://no-color.org
    return Display(width=width, terminal=terminal, verbose=verbose, quiet=quiet, colours=colours)


def write(text: str) -> None:
    """Characters that the encoding of stdout lacks are escaped."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.stdout.write(text)
    sys.stdout.flush()
