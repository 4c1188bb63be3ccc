"""A terminal's page: what the text renderers write to. Colours, wrapping and safe text are decided here.

Nothing is parsed as markup: rich gets `Text` objects, and untrusted text is made plain first.
"""

import io
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Final

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.render.display import Display
from bot.render.plain import plain, plain_lines

WIDTH_MIN: Final = 40
"""Characters of a line; in a narrower window the terminal wraps."""

Part = str | tuple[str, str]
"""A piece of a line: text, or text and its style."""


class TerminalPage:
    """Collects lines. All text passes `plain`; nothing else writes to the console."""

    def __init__(self, display: Display) -> None:
        self._out = io.StringIO()
        self._ascii = not display.terminal
        self._console = Console(
            file=self._out,
            width=max(display.width, WIDTH_MIN),
            force_terminal=display.terminal,
            color_system="standard" if display.terminal else None,
            no_color=not display.colours,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
        )

    def text(self) -> str:
        """Everything that was written; no line ends in spaces."""
        return "\n".join(line.rstrip() for line in self._out.getvalue().splitlines()) + "\n"

    def line(self, *parts: Part, indent: int = 0) -> None:
        """A paragraph, wrapped to the width."""
        self._console.print(Padding(self._assembled(parts), (0, 0, 0, indent)))

    def item(self, mark: str, *parts: Part, indent: int = 0, style: str = "") -> None:
        """The same with a mark in front, such as `-`; its further lines begin under the text."""
        table = Table.grid(padding=(0, 1, 0, 0))
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        table.add_row(Text(mark, style=style), self._assembled(parts))
        self._console.print(Padding(table, (0, 0, 0, indent)))

    def whole(self, *parts: Part, indent: int = 0) -> None:
        """A line to be copied: never wrapped by us."""
        self._console.print(Text(" " * indent) + self._assembled(parts), soft_wrap=True)

    def paste(self, text: str, *, indent: int = 0) -> None:
        """Lines to paste, as they are."""
        for line in plain_lines(text, ascii_only=self._ascii):
            self._console.print(Text(" " * indent + line, style="cyan"), soft_wrap=True)

    def gap(self) -> None:
        """An empty line."""
        self._console.print()

    def table(
        self, rows: Iterable[Sequence[Part]], columns: Sequence[str] = (), *, indent: int = 0, between: int = 2
    ) -> None:
        """A table without lines; `columns` are its heading, if it has one.

        In a narrow window the gaps shrink, and cells are wrapped between words; where a word would have to be broken,
        each row of a table with a heading becomes a list.
        """
        rows = list(rows)
        texts = [columns, *([cell if isinstance(cell, str) else cell[0] for cell in row] for row in rows)]
        cells = [list(column) for column in zip_longest(*texts, fillvalue="")]
        room = self._console.width - indent - len(cells) + 1
        words = [max((cell_len(word) for cell in column for word in cell.split()), default=0) for column in cells]
        if columns and sum(words) > room:
            self._as_lists(rows, columns, indent)
            return
        whole = [max(map(cell_len, column)) for column in cells]
        fits = sum(whole) + (between - 1) * (len(cells) - 1) <= room
        table = Table(
            box=None,
            pad_edge=False,
            padding=(0, between if fits else 1, 0, 0),
            header_style="dim",
            show_header=bool(columns),
        )
        widths = _shrunk(whole, words, room) if columns else [None] * len(whole)
        for column, width in zip(columns or [""] * len(whole), widths, strict=False):
            table.add_column(column, overflow="fold", width=width)
        for row in rows:
            table.add_row(*(self._assembled([cell]) for cell in row))
        self._console.print(Padding(table, (0, 0, 0, indent)))

    def _as_lists(self, rows: Iterable[Sequence[Part]], columns: Sequence[str], indent: int) -> None:
        """The first cell of each row, and the others below it, each behind its heading."""
        for first, *others in rows:
            self.line(first, indent=indent)
            for column, cell in zip(columns[1:], others, strict=False):
                self.line((f"{column}: ", "dim"), cell, indent=indent + 2)

    def plain(self, text: str) -> str:
        """The text without anything that a terminal would obey."""
        return plain(text, ascii_only=self._ascii)

    def _assembled(self, parts: Iterable[Part]) -> Text:
        pieces = (part if isinstance(part, tuple) else (part, "") for part in parts)
        return Text.assemble(*((self.plain(text), style) for text, style in pieces))


def _shrunk(whole: Sequence[int], words: Sequence[int], room: int) -> list[int]:
    """Widths of columns that fit into the room: the widest shrinks first, none below its longest word."""
    widths = list(whole)
    while sum(widths) > room and widths != list(words):
        widest = max((at for at, width in enumerate(widths) if width > words[at]), key=lambda at: widths[at])
        widths[widest] -= 1
    return widths
