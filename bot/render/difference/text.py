"""A difference for a terminal: what was lost first.

Nothing is parsed as markup: rich gets `Text` objects, and untrusted text is made plain first.
"""

import io
from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.render.difference import words
from bot.render.display import Display
from bot.render.plain import plain
from bot.render.words import VERDICTS
from bot.report.difference import Difference, DifferenceKind, PackageChange, PackagesDifference, Side

STYLES: Final = {
    DifferenceKind.LOST: "bold red",
    DifferenceKind.UNKNOWN: "bold magenta",
    DifferenceKind.CHANGED: "bold yellow",
    DifferenceKind.GAINED: "bold green",
}

PACKAGES_SHOWN: Final = 20
"""Packages of one platform; `--verbose` shows all that the document lists."""


def render(difference: Difference, display: Display = Display()) -> str:  # noqa: B008 - frozen
    """The whole of it; `quiet` is one line."""
    if display.quiet:
        names = (difference.before.image, difference.after.image)
        before, after = (plain(name, ascii_only=True) for name in names)
        return f"{words.conclusion(difference)}  {before}  {after}\n"
    out = io.StringIO()
    console = Console(
        file=out,
        width=max(display.width, 40),
        force_terminal=display.terminal,
        color_system="standard" if display.terminal else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    page = _Page(console, ascii_only=not display.terminal, verbose=display.verbose)
    page.difference(difference)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


class _Page:
    """Writes the lines. All text passes `_plain`; nothing else writes to the console."""

    def __init__(self, console: Console, *, ascii_only: bool, verbose: bool) -> None:
        self._console = console
        self._ascii = ascii_only
        self._verbose = verbose

    def difference(self, difference: Difference) -> None:
        """The two names, the conclusion, and a section for each kind of change."""
        self._side("from", difference.before)
        self._side("to", difference.after)
        if same := words.same(difference):
            self._line(same, indent=2)
        lost = any(difference.of(DifferenceKind.LOST))
        self._console.print()
        self._console.print(Text(words.conclusion(difference), style="bold red" if lost else "bold"))
        for kind in DifferenceKind:
            self._changes(kind, difference)
        self._packages(difference.packages)

    def _side(self, word: str, side: Side) -> None:
        name = (self._plain(side.image), "bold")
        self._console.print(Text.assemble(f"{word:<6}", name, f" ({VERDICTS[side.verdict]})"), soft_wrap=True)
        self._line(side.digest, indent=6)

    def _changes(self, kind: DifferenceKind, difference: Difference) -> None:
        lines = words.told(difference.of(kind))
        if not lines:
            return
        self._console.print()
        self._console.print(Text(words.HEADINGS[kind], style=STYLES[kind]))
        for line in lines:
            self._line(f"{line.aspect} ({line.subjects}): {line.what}", indent=2)
            if line.url:
                self._console.print(Text(f"    {self._plain(line.url)}", style="cyan"), soft_wrap=True)

    def _packages(self, packages: Sequence[PackagesDifference]) -> None:
        """The same changes on several platforms are told once."""
        groups: dict[str, list[PackagesDifference]] = {}
        for one in packages:
            groups.setdefault(one.model_copy(update={"platform": ""}).model_dump_json(), []).append(one)
        if groups:
            self._console.print()
            self._console.print(Text("packages", style="bold"))
        for same in groups.values():
            names = ", ".join(one.platform for one in same)
            self._line(f"{names}: {words.packages(same[0])}", indent=2)
            self._listed(same[0])

    def _listed(self, one: PackagesDifference) -> None:
        shown = one.changes if self._verbose else one.changes[:PACKAGES_SHOWN]
        if not shown:
            return
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
        for _ in range(3):
            table.add_column(overflow="fold")
        for change in shown:
            table.add_row(*self._row(change))
        self._console.print(Padding(table, (0, 0, 0, 4)))
        left = len(one.changes) - len(shown) + one.left_out
        if left:
            how = "" if self._verbose else "; --verbose or --format json lists more"
            self._line(f"and {left} more{how}", indent=4)

    def _row(self, change: PackageChange) -> tuple[Text, ...]:
        name, versions = words.package(change)
        return tuple(Text(self._plain(cell)) for cell in (change.kind, name, versions))

    def _line(self, text: str, *, indent: int) -> None:
        self._console.print(Padding(Text(self._plain(text)), (0, 0, 0, indent)))

    def _plain(self, text: str) -> str:
        return plain(text, ascii_only=self._ascii)
