"""What somebody wants to see of the board. Every state of the board is such a query, and each has an address."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from msgspec import Struct

from bot.board.cell import BoardMode
from bot.report import Verdict
from bot.values import replace

TEXT_MAX: Final = 200
"""Characters of a search, a project or a registry in an address."""

TEXTS: Final = ("q", "project", "registry", "rule")
"""The words whose value may be any text."""

PAGES_MAX: Final = 100

_Word = TypeVar("_Word", bound=StrEnum)


class BoardSort(StrEnum):
    """In which order rows stand."""

    WORST = "worst"
    IMAGE = "image"
    SINCE = "since"  # the newest change first
    CHECKED = "checked"


class BoardQuery(Struct, frozen=True):
    """What a row must be to be shown; "" or None = whatever it is."""

    q: str = ""
    mode: BoardMode | None = None
    verdict: Verdict | None = None
    project: str = ""
    registry: str = ""
    rule: str = ""
    sort: BoardSort = BoardSort.WORST
    page: int = 1

    @classmethod
    def parse(cls, given: Mapping[str, str]) -> "BoardQuery":
        """From an address. What is not a word of ours is as if it was not there."""
        return cls(
            q=" ".join(given.get("q", "")[:TEXT_MAX].split()),
            mode=_word(BoardMode, given.get("mode", "")),
            verdict=_word(Verdict, given.get("verdict", "")),
            project=given.get("project", "")[:TEXT_MAX],
            registry=given.get("registry", "")[:TEXT_MAX],
            rule=given.get("rule", "")[:TEXT_MAX],
            sort=_word(BoardSort, given.get("sort", "")) or BoardSort.WORST,
            page=_number(given.get("page", "")),
        )

    @classmethod
    def not_understood(cls, given: Mapping[str, str]) -> tuple[str, ...]:
        """What is wrong in the words of an address, in sentences that say what is allowed and quote none of it.

        A page shows which words it took. A file does not, so its reader would take all rows for the chosen ones.
        """
        names = cls.__struct_fields__
        said = [f"a word is not one of {', '.join(names)}"] if given.keys() - set(names) else []
        if len(given.items()) > len(set(given)):  # only one of the two would count
            said.append("a word stands twice")
        words: Mapping[str, type[StrEnum]] = {"mode": BoardMode, "verdict": Verdict, "sort": BoardSort}
        said += [
            f"{name} is not one of {', '.join(kind)}"
            for name, kind in words.items()
            if _is_other(kind, given.get(name))
        ]
        said += [f"{name} has more than {TEXT_MAX} characters" for name in TEXTS if len(given.get(name, "")) > TEXT_MAX]
        return tuple(said)

    def but(self, **changes: Any) -> "BoardQuery":  # noqa: ANN401 - any field
        """The same with other words, from its first page on."""
        return replace(self, **({"page": 1} | changes))

    @property
    def address(self) -> str:
        """Its part of the address, "" for the whole board. Defaults are left out."""
        default = BoardQuery()
        given = {
            name: str(value)
            for name in self.__struct_fields__
            if (value := getattr(self, name)) != getattr(default, name) and value is not None
        }
        return urlencode(given)


def _is_other(words: type[StrEnum], text: str | None) -> bool:
    return bool(text) and _word(words, text or "") is None


def _word(words: type[_Word], text: str) -> _Word | None:
    return next((word for word in words if word == text), None)


def _number(text: str) -> int:
    fits = text.isascii() and text.isdigit() and len(text) <= len(str(PAGES_MAX))
    return min(max(int(text), 1), PAGES_MAX) if fits else 1
