"""YAML as nodes that know where they stand. Nothing is constructed: a tag is only a word here."""

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple, cast

from msgspec import Struct

from bot.workflows.text import Place


class Scalar(NamedTuple):
    """A text. `place` leaves anchors and tags out; `style` is "", a quote, or | or > for block scalars.

    A tuple, as there are more of them than of all else in a file, and a frozen dataclass takes three times as long.
    """

    value: str
    place: Place
    style: str = ""
    anchored: bool = False  # others may mean this very text
    weight: int = 1


class Sequence(Struct, frozen=True):
    """A list; `flow` when it is written in brackets."""

    items: tuple["Node", ...]
    place: Place
    flow: bool = False
    weight: int = 1


class Mapping(Struct, frozen=True, dict=True):
    """A table; `flow` when it is written in braces."""

    pairs: tuple[tuple["Node", "Node"], ...]
    place: Place
    flow: bool = False
    weight: int = 1

    def entries(self) -> Iterator[tuple[Scalar, "Node"]]:
        """The pairs whose key is a text."""
        for key, value in self.pairs:
            if isinstance(key, Scalar):
                yield key, value

    @cached_property
    def _by_name(self) -> dict[str, tuple[Scalar, "Node"]]:
        named = {pair[0].value: pair for pair in self.pairs if isinstance(pair[0], Scalar)}
        return cast("dict[str, tuple[Scalar, Node]]", named)

    def entry(self, name: str) -> tuple[Scalar, "Node"] | None:
        """The pair of that key; the last one when it stands twice."""
        return self._by_name.get(name)

    def repeated(self) -> Scalar | None:
        """The first key that stands here for a second time, besides merge keys."""
        if len(self._by_name) == len(self.pairs):
            return None
        seen: set[str] = set()
        for key, _ in self.entries():
            if key.value in seen and key.value != "<<":
                return key
            seen.add(key.value)
        return None

    def get(self, name: str) -> "Node | None":
        """The value of that key, or what a merge key (<<) brings."""
        named = self._by_name
        if found := named.get(name):
            return found[1]
        if name == "<<" or "<<" not in named:  # as most
            return None
        found_there = (source.get(name) for source in self._merged())
        return next((value for value in found_there if value is not None), None)

    def flat(self) -> dict[str, "Node"]:
        """All that `get` knows."""
        own = {name: value for name, (_, value) in self._by_name.items() if name != "<<"}
        if len(own) == len(self._by_name):  # as most
            return own
        return {name: value for source in reversed(self._merged()) for name, value in source.flat().items()} | own

    def _merged(self) -> tuple["Mapping", ...]:
        merged = self.entry("<<")
        sources = merged[1].items if merged and isinstance(merged[1], Sequence) else merged[1:] if merged else ()
        return tuple(source for source in sources if isinstance(source, Mapping))

    def mapping(self, name: str) -> "Mapping | None":
        """The table of that key, or None when it is not a table."""
        value = self.get(name)
        return value if isinstance(value, Mapping) else None

    def sequence(self, name: str) -> tuple["Node", ...]:
        """The items of that key; () when it holds no list."""
        value = self.get(name)
        return value.items if isinstance(value, Sequence) else ()

    def scalar(self, name: str) -> Scalar | None:
        """The text node of that key, or None."""
        value = self.get(name)
        return value if isinstance(value, Scalar) else None

    def text(self, name: str) -> str:
        """The text of that key, "" when there is none."""
        value = self.get(name)
        return value.value if isinstance(value, Scalar) else ""


Node = Scalar | Sequence | Mapping


def repeated_key(node: Node) -> Scalar | None:
    """The first key that stands in one table for a second time; merge keys may."""
    todo: list[Node] = [node]
    while todo:
        one = todo.pop()
        if isinstance(one, Mapping):
            if found := one.repeated():
                return found
            todo += [value for _, value in reversed(one.pairs) if not isinstance(value, Scalar)]
        elif isinstance(one, Sequence):
            todo += reversed(one.items)
    return None


def scalars(node: Node) -> Iterator[Scalar]:
    """Every text in a node, keys left out, in order."""
    todo: list[Node] = [node]
    while todo:
        match todo.pop():
            case Scalar() as text:
                yield text
            case Sequence(items=items):
                todo.extend(reversed(items))
            case Mapping(pairs=pairs):
                todo.extend(value for _, value in reversed(pairs))
