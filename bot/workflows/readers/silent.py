"""Remembers scripts and commands that do nothing to images, so that they are not read again.

Most do nothing, and many are in several files, or in one that is read again after it is fixed.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from msgspec import Struct

from bot.workflows.shell.values import Arg

LENGTH_MAX: Final = 8_192
"""Characters; a longer script is read each time."""
SCRIPTS_MAX: Final = 512
"""Scripts that are remembered."""
WORDS_MAX: Final = 400
"""Characters of all arguments of a command that is remembered."""
COMMANDS_MAX: Final = 1_024
"""Commands that are remembered."""
NAMES_MAX: Final = 64
"""Variables and inputs that decide what a script does; with more, it is read each time."""
VALUES_MAX: Final = 4_096
"""Characters of all their names and values."""
SITUATIONS_MAX: Final = 256
"""Sets of them that are remembered."""


class Silence(Struct):
    """What was seen when a script or a command was read last."""

    does_nothing: bool = False


class Situation:
    """All that decides what a script does, besides its words. Equal ones are one object.

    So a command is looked up without comparing all variables with each other.
    """


@lru_cache(maxsize=SITUATIONS_MAX)
def _situation(_published: frozenset[str], _tables: tuple[tuple[tuple[str, str | bool], ...], ...]) -> Situation:
    return Situation()


def situation_of(published: frozenset[str], *tables: Mapping[str, str | bool]) -> Situation | None:
    """That of these registries and variables, by value; None when there are too many to remember."""
    if sum(map(len, tables)) > NAMES_MAX:
        return None
    length = sum([len(name) + len(str(value)) for table in tables for name, value in table.items()])
    return _situation(published, tuple([tuple(table.items()) for table in tables])) if length <= VALUES_MAX else None


@lru_cache(maxsize=SCRIPTS_MAX)
def _script(_text: str, _situation: Situation) -> Silence:
    return Silence()


def seen_script(text: str, situation: Situation | None) -> Silence:
    """What is remembered of this script in this situation."""
    return _script(text, situation) if situation and len(text) <= LENGTH_MAX else Silence()


@lru_cache(maxsize=COMMANDS_MAX)
def _command(_texts: tuple[tuple[str, ...], ...], _situation: Situation) -> Silence:
    return Silence()


def seen_command(args: tuple[Arg, ...], situation: Situation | None) -> Silence:
    """The same for a command, by the values that its arguments may have."""
    texts = tuple([arg.texts for arg in args])
    short = sum([len(text) for one in texts for text in one]) <= WORDS_MAX
    return _command(texts, situation) if situation and short else Silence()
