"""Writes a result to stdout, for a terminal or a pipe."""

import shutil
import sys

from bot.render.display import Display


def display_of(*, verbose: bool = False, quiet: bool = False) -> Display:
    """What stdout can show."""
    terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if terminal else Display().width
    return Display(width=width, terminal=terminal, verbose=verbose, quiet=quiet)


def write(text: str) -> None:
    """Characters that the encoding of stdout lacks are escaped."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.stdout.write(text)
    sys.stdout.flush()
