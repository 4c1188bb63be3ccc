"""What can be typed after `provenance`, read from the parsers themselves."""

import argparse
import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

SAFE: Final = re.compile(r"[^A-Za-z0-9 .,;:()<>/@#=+_-]")
"""What no shell needs to have quoted; all else is left out of descriptions."""

_ABOUT_MAX: Final = 60


class OptionWords(Struct, frozen=True):
    """An option: its names, and what comes behind it: `values`, any word, or nothing."""

    names: tuple[str, ...]
    about: str
    takes_value: bool = False
    values: tuple[str, ...] = ()


class CommandWords(Struct, frozen=True):
    """A subcommand. `words` are those that stand behind it, such as `check` behind `policy`."""

    name: str
    about: str
    options: tuple[OptionWords, ...]
    words: tuple[str, ...] = ()


def command_words(name: str, about: str, parser: argparse.ArgumentParser) -> CommandWords:
    """Everything that the parser takes."""
    return CommandWords(name, _plain(about), tuple(_options(parser)), tuple(_words(parser)))


def _options(parser: argparse.ArgumentParser) -> Iterator[OptionWords]:
    """All options, those of words such as `policy check` included, each once."""
    found: dict[tuple[str, ...], OptionWords] = {}
    for action in parser._actions:  # noqa: SLF001 - argparse has no other way to tell them
        if isinstance(action.choices, dict):
            found |= {one.names: one for word in action.choices.values() for one in _options(word)}
        elif action.option_strings:
            values = tuple(map(str, action.choices or ()))
            names = tuple(action.option_strings)
            found[names] = OptionWords(names, _plain(action.help or ""), action.nargs != 0, values)
    yield from found.values()


def _words(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:  # noqa: SLF001
        if not action.option_strings and action.choices:
            yield from map(str, action.choices)


def _plain(text: str) -> str:
    """The beginning of a description, without anything that a shell would act on."""
    return SAFE.sub("", " ".join(text.split()))[:_ABOUT_MAX].strip()
