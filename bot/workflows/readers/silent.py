"""Scripts and commands that were seen to do nothing to images: they are not read again.

Most are so, and many stand in several files, or in one that is read again after it is fixed.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.workflows.shell.values import Arg

LENGTH_MAX: Final = 8_192
"""Characters; a longer script is read each time."""
SCRIPTS_MAX: Final = 512
"""Scripts that are kept."""
WORDS_MAX: Final = 400
"""Characters of all arguments of a command that is kept."""
COMMANDS_MAX: Final = 1_024
"""Commands that are kept."""


@dataclass(slots=True)
class Silence:
    """What was seen of a script the last time."""

    does_nothing: bool = False


@lru_cache(maxsize=SCRIPTS_MAX)
def _script(_text: str, _about: tuple[object, ...]) -> Silence:
    return Silence()


def seen_script(text: str, *about: object) -> Silence:
    """What is kept of this script; `about` is all else that decides what it does, by value."""
    return _script(text, about) if len(text) <= LENGTH_MAX else Silence()


@lru_cache(maxsize=COMMANDS_MAX)
def _command(_texts: tuple[tuple[str, ...], ...], _about: object) -> Silence:
    return Silence()


def seen_command(args: tuple[Arg, ...], about: object) -> Silence:
    """The same of a command, by what its arguments may stand for."""
    texts = tuple([arg.texts for arg in args])
    short = sum([len(text) for one in texts for text in one]) <= WORDS_MAX
    return _command(texts, about) if short else Silence()
