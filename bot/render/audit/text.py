"""An audit for a terminal: a table for each family, what turned where, and what is still lacking.

Nothing is parsed as markup: rich gets `Text` objects, and untrusted text is made plain first.
"""

import io
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.render.audit import words
from bot.render.display import Display
from bot.render.plain import plain
from bot.report.audit import Audit, AuditRow, Judged, VersionTurn

STYLES: Final = {
    Judged.PASS: "green",
    Judged.WARN: "yellow",
    Judged.FAIL: "bold red",
    Judged.UNKNOWN: "magenta",
    Judged.BEFORE: "dim",
}

COLUMNS: Final = ("tag", "provenance", "SBOM", "signature", "verdict", "")


def render(audit: Audit, display: Display = Display()) -> str:  # noqa: B008 - frozen
    """The whole of it; `quiet` is the last lines alone."""
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
    page = _Page(console, ascii_only=not display.terminal)
    if not display.quiet:
        page.tables(audit)
    page.end(audit)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


class _Page:
    """Writes the lines. All text passes `_plain`; nothing else writes to the console."""

    def __init__(self, console: Console, *, ascii_only: bool) -> None:
        self._console = console
        self._ascii = ascii_only

    def tables(self, audit: Audit) -> None:
        """One table for each family."""
        turned = words.turns_by_image(audit)
        for one in words.tables(audit):
            self._console.print(Text(self._plain(one.title), style="bold"))
            table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
            for column in COLUMNS:
                table.add_column(column, overflow="fold")
            for row in one.rows:
                table.add_row(*self._row(row, turned.get(row.image, [])))
            self._console.print(Padding(table, (0, 0, 0, 2)))
            for turn in one.turns:
                self._line(words.turn(turn), indent=2)
            for reason in words.reasons(one.rows):
                self._line(reason, indent=2)
            self._console.print()

    def end(self, audit: Audit) -> None:
        """What could not be audited, what is lacking, and the counts."""
        for one in audit.unlisted:
            self._line(f"{one.repository}: could not be listed: {one.reason}", indent=0)
        for text in (*audit.notes, *words.left_out(audit), *words.lacking(audit)):
            self._line(text, indent=0)
        self._console.print(Text(self._plain(words.summary(audit)), style="bold"))

    def _row(self, row: AuditRow, turns: list[VersionTurn]) -> tuple[Text, ...]:
        *cells, verdict = words.cells(row)
        news = " ".join(map(words.turn_briefly, turns))
        return (
            *(Text(self._plain(cell)) for cell in cells),
            Text(verdict, style=STYLES[row.verdict]),
            Text(self._plain(news)),
        )

    def _line(self, text: str, *, indent: int) -> None:
        self._console.print(Padding(Text(self._plain(text)), (0, 0, 0, indent)))

    def _plain(self, text: str) -> str:
        return plain(text, ascii_only=self._ascii)
