"""A person at a terminal: what is said to them, and what they answer."""

import getpass
import sys
from typing import Protocol


class Terminal(Protocol):
    """Where a command asks. `is_interactive` is False for scripts: then nothing may be asked."""

    @property
    def is_interactive(self) -> bool:
        """Whether somebody can answer."""

    def say(self, text: str) -> None:
        """Print a line."""

    def ask(self, question: str) -> str:
        """What they type."""

    def ask_hidden(self, question: str) -> str:
        """The same, and it is not shown."""


class RealTerminal:
    """Standard input and output."""

    @property
    def is_interactive(self) -> bool:
        """Whether standard input is a terminal."""
        return sys.stdin.isatty()

    def say(self, text: str) -> None:
        """Print a line."""
        print(text, flush=True)

    def ask(self, question: str) -> str:
        """What they type; "" at the end of input."""
        try:
            return input(question).strip()
        except EOFError:
            return ""

    def ask_hidden(self, question: str) -> str:
        """The same, and it is not shown."""
        try:
            return getpass.getpass(question).strip()
        except EOFError:
            return ""
