"""The words of a subcommand: names, and options such as `--share` or `--tags GLOB`. No I/O."""

import difflib
import re
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct, field

from bot.errors import UsageError

DASH: Final = re.compile(r"^[\u2012-\u2015]+(?=[A-Za-z])")
"""What some keyboards make of `--`."""

SHOWN_MAX: Final = 40
"""Characters of a word that is not an option."""


class Words(Struct, frozen=True):
    """`values` has what stood behind each option, in order; `flags` the options without a value."""

    names: tuple[str, ...] = ()
    flags: frozenset[str] = frozenset()
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def value(self, option: str) -> str:
        """The last value of that option, or ""."""
        return self.values.get(option, ("",))[-1]


def parse(words: Iterable[str], *, flags: Sequence[str] = (), valued: Sequence[str] = ()) -> Words:
    """The words of a command that has these options. Raises UsageError with a sentence for the person."""
    names, found, values = list[str](), set[str](), dict[str, tuple[str, ...]]()
    rest = iter(words)
    for typed in rest:
        word = DASH.sub("--", typed)
        option, _, value = word.partition("=")
        if not word.startswith("--"):
            names.append(word)
        elif word in flags:
            found.add(word)
        elif option in valued:
            value = value or next(rest, "")
            if not value or value.startswith("--"):
                raise UsageError(f"`{option}` takes a value.")
            values[option] = (*values.get(option, ()), value)
        else:
            raise UsageError(_unknown(word, (*flags, *valued)))
    return Words(tuple(names), frozenset(found), values)


def _unknown(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    instead = f" Did you mean `{close[0]}`?" if close else ""
    shown = word[:SHOWN_MAX].replace("`", "")
    return f"Unknown option `{shown}`.{instead}"
