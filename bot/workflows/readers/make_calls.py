"""Functions of a Makefile: the lines of a `define` run where a recipe says `$(call name,…)` or `$(name)`.

https://www.gnu.org/software/make/manual/html_node/Canned-Recipes.html
https://www.gnu.org/software/make/manual/html_node/Call-Function.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from bot.errors import MalformedError

_DEFINE = re.compile(r"(?:export[ \t]+|override[ \t]+)*define[ \t]+([\w.-]+)")
_END: Final = "endef"
_CALL = re.compile(r"[ \t@+-]*\$[({](?:call[ \t]+)?([\w.-]+)[ \t]*((?:,[^,$(){}]*|,\$[({][\w.-]+[)}])*)[)}][ \t]*")
"""A line that is one call, or the name alone, and nothing else; an argument is a plain text or one variable."""
LINES_MAX: Final = 5_000
"""Lines that all calls of a file may add: functions that call each other grow with the power of _DEEP_MAX."""
_DEEP_MAX: Final = 4
"""Functions that call others."""
_UNSET: Final[Mapping[str, str]] = {str(number): "" for number in range(1, 10)}


class RecipeLine(Struct, frozen=True):
    """Where a line of a recipe stands, and the arguments that its function was given, by number."""

    start: int
    end: int
    given: Mapping[str, str] = field(default_factory=dict)


class Functions(Struct):
    """The lines of each function, while a Makefile is read from top to bottom. `name` is the file's."""

    name: str
    lines: dict[str, list[RecipeLine]] = field(default_factory=dict)
    inside: str = ""
    added: int = 0

    def take(self, line: str, start: int, end: int) -> bool:
        """Whether this line belongs to a function, and to no recipe."""
        if self.inside:
            if line.strip().startswith(_END):
                self.inside = ""
            else:
                self.lines[self.inside].append(RecipeLine(start, end))
            return True
        if found := _DEFINE.match(line):
            self.inside = found[1]
            self.lines[found[1]] = []
        return found is not None

    def expanded(self, text: str, recipe: list[RecipeLine]) -> list[RecipeLine]:
        """The lines of a recipe, with its calls replaced by the lines of the functions.

        Raises MalformedError over LINES_MAX.
        """
        return list(self._expanded(text, recipe, _DEEP_MAX)) if self.lines else recipe

    def _expanded(self, text: str, lines: list[RecipeLine], deep: int) -> Iterator[RecipeLine]:
        for line in lines:
            call = _CALL.fullmatch(text, line.start, line.end) if deep else None
            if call is None or call[1] not in self.lines:
                yield line
                continue
            self.added += 1 + len(self.lines[call[1]])
            if self.added > LINES_MAX:
                raise MalformedError(f"{self.name}: the functions that it calls add more than {LINES_MAX} lines")
            words = [_filled(word.strip(), line.given) for word in call[2].split(",")[1:]]
            given = {**_UNSET, **{str(at): word for at, word in enumerate(words[:9], 1)}}
            body = [RecipeLine(one.start, one.end, given) for one in self.lines[call[1]]]
            yield from self._expanded(text, body, deep - 1)


def _filled(word: str, given: Mapping[str, str]) -> str:
    """An argument of a call inside a function; `$(1)` stands for the function's own argument."""
    return given.get(word[2:-1], word) if word.startswith("$") else word
