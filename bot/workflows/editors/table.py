"""Entries of a YAML table, added by position: order, comments, indentation and newlines of the rest stay."""

import re

from msgspec import Struct

from bot.workflows.builds import Ask
from bot.workflows.editors import FULL, in_full
from bot.workflows.edits import Fix, insert, replace
from bot.workflows.nodes import Mapping, Node, Scalar
from bot.workflows.text import SourceText

_NEEDS_QUOTES = re.compile(r"[^\w./-]")
_ON_ONE_LINE = re.compile(r"""[\w./-]+|"[^"\\\n]*"|'[^'\n]*'""")
_BESIDE = ("push", "provenance", "sbom", "context", "dockerfile")


class TableEditor(Struct, frozen=True):
    """The inputs of an action, or a compose service's `build`."""

    source: SourceText
    table: Mapping | None

    def ask(self, what: str, said: Ask) -> Fix | None:
        """An entry more, beside the one that says push; or the value replaced."""
        if said.place is not None or not said.writable:
            return in_full(self.source, what, said)
        return add_entry(self.source, self.table, what, FULL[what], beside=_BESIDE) if self.table else None


class ShortEditor(Struct, frozen=True):
    """A compose service's `build: ./app`, which is short for a table with nothing but a context."""

    source: SourceText
    short: Scalar

    def ask(self, what: str, said: Ask) -> Fix | None:  # noqa: ARG002 - a short form says nothing
        """The table written out, on the same line."""
        place, anchored = self.short.place, self.short.anchored
        written = self.source.text[place.start : place.end]
        if _NEEDS_QUOTES.search(written) and not self.short.style:
            written = f'"{written}"'
        if anchored or not _ON_ONE_LINE.fullmatch(written):
            return None
        return replace(place, f"{{ context: {written}, {what}: {FULL[what]} }}")


def add_entry(source: SourceText, table: Mapping, key: str, value: str, *, beside: tuple[str, ...] = ()) -> Fix | None:
    """`key: value` added to a table: behind the first of `beside` that stands on one line, else in front of all.

    None when the table is empty, has the key, or is written in a way that we had better not touch.
    """
    entries = list(table.entries())
    if (
        not entries or table.entry(key) or not table.place.start <= entries[-1][1].place.start < table.place.end
    ):  # an alias, elsewhere
        return None
    if table.flow:
        return insert(entries[-1][1].place.end, f", {key}: {value}")
    behind = next((entry for name in beside if (entry := table.entry(name)) and _one_line(source, entry)), None)
    anchor = (behind or entries[0])[0].place.start
    blanks = source.indentation(anchor)
    if behind:
        return insert(source.line_end(behind[1].place.end), f"{source.newline()}{blanks}{key}: {value}")
    if source.text[anchor - 1 : anchor + 1].strip()[:1] in {"?", "&", "*", "!"}:
        return None
    return insert(anchor, f"{key}: {value}{source.newline()}{blanks}")


def add_block(source: SourceText, table: Mapping, key: str, entries: dict[str, str]) -> Fix | None:
    """A table more, in front of all others of a block table; None when it has the key, or is written in braces."""
    first = next(table.entries(), None)
    if first is None or table.flow or table.entry(key) or not source.begins_line(first[0].place.start):
        return None
    anchor, newline = first[0].place.start, source.newline()
    blanks = source.indentation(anchor)
    lines = "".join(f"{newline}{blanks}  {name}: {value}" for name, value in entries.items())
    return insert(anchor, f"{key}:{lines}{newline}{blanks}", alone=True)


def _one_line(source: SourceText, entry: tuple[Scalar, Node]) -> bool:
    key, value = entry
    return (
        isinstance(value, Scalar)
        and value.style not in {"|", ">"}
        and bool(value.value)
        and source.line_start(key.place.start) == source.line_start(value.place.end)
    )
