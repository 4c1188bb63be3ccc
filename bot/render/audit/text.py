"""An audit for a terminal: a table for each family, what turned where, and what is still lacking."""

from typing import Final

from bot.render.audit import words
from bot.render.display import Display
from bot.render.terminal import Part, TerminalPage
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
    page = TerminalPage(display)
    if not display.quiet:
        _tables(page, audit)
    _end(page, audit)
    return page.text()


def _tables(page: TerminalPage, audit: Audit) -> None:
    """One table for each family."""
    turned = words.turns_by_image(audit)
    for one in words.tables(audit):
        page.line((one.title, "bold"))
        page.table((_row(row, turned.get(row.image, [])) for row in one.rows), COLUMNS, indent=2)
        for turn in one.turns:
            page.line(words.turn(turn), indent=2)
        for reason in words.reasons(one.rows):
            page.line(reason, indent=2)
        page.gap()


def _end(page: TerminalPage, audit: Audit) -> None:
    """What could not be audited, what is lacking, and the counts."""
    for one in audit.unlisted:
        page.line(f"{one.repository}: could not be listed: {one.reason}")
    for text in (*audit.notes, *words.left_out(audit), *words.lacking(audit)):
        page.line(text)
    page.line((words.summary(audit), "bold"))


def _row(row: AuditRow, turns: list[VersionTurn]) -> tuple[Part, ...]:
    *cells, verdict = words.cells(row)
    return (*cells, (verdict, STYLES[row.verdict]), " ".join(map(words.turn_briefly, turns)))
