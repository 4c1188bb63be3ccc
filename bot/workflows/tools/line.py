"""One command line, with all that a tool's reader needs to say where things stand."""

from typing import NamedTuple

from bot.workflows.shell.commands import Command
from bot.workflows.shell.pieces import Word
from bot.workflows.shell.script import Script
from bot.workflows.shell.values import Arg
from bot.workflows.text import Place, SourceText


class Line(NamedTuple):
    """`env` are the variables that the CI file sets for it; `step` is the step's id. A tuple, as there are many."""

    source: SourceText
    script: Script
    command: Command
    args: tuple[Arg, ...]
    env: dict[str, str]
    step: str = ""

    def place(self, word: Word | None = None) -> Place:
        """Where a word stands in the file, or the command; the whole script when that cannot be told."""
        return self.exact(word or (self.command.words[0] if self.command.words else None)) or self.script.whole

    def exact(self, word: Word | None) -> Place | None:
        """Where a word stands, to the character; None when that cannot be told."""
        return self.script.place(word.start, word.end) if word else None

    def extent(self) -> Place | None:
        """Where the whole command stands, from its first word to its last; None when that cannot be told."""
        if not self.command.words:
            return None
        return self.script.place(self.command.words[0].start, self.command.words[-1].end)
