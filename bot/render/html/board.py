"""Words and marks of the board."""

from datetime import UTC, datetime
from typing import Final

from bot.board import BoardCell, BoardMode, BoardRow
from bot.releases.release import WORST
from bot.render.html.words import Mark
from bot.report.audit.document import Held

MODES: Final = {
    BoardMode.MAX: Mark("max", "pass", "✓"),
    BoardMode.MIN: Mark("min", "warn", "!"),
    BoardMode.FOREIGN: Mark("foreign", "quiet", "○"),
    BoardMode.MISSING: Mark("missing", "fail", "✕"),
    BoardMode.UNKNOWN: Mark("unknown", "unknown", "?"),
    BoardMode.NOT_ASKED: Mark("not asked", "quiet", "○"),
}

HELD: Final = {
    Held.YES: Mark("yes", "pass", "✓"),
    Held.PARTLY: Mark("partly", "warn", "!"),
    Held.NO: Mark("no", "fail", "✕"),
    Held.UNKNOWN: Mark("unknown", "unknown", "?"),
    Held.NOT_ASKED: Mark("not asked", "quiet", "○"),
}

SIGNED: Final = {
    Held.YES: Mark("yes", "pass", "✓"),
    Held.PARTLY: Mark("partly", "warn", "!"),
    Held.NO: Mark("no", "quiet", "○"),
    Held.UNKNOWN: Mark("unknown", "unknown", "?"),
    Held.NOT_ASKED: Mark("not asked", "quiet", "○"),
}
"""Not every policy asks for signatures: the verdict tells."""


_SPELT: Final = {"sbom": "SBOM", "buildkit": "BuildKit"}
"""Words of ids that are names."""


def row_name(row: BoardRow) -> str:
    """E.g. `app`, or `app -native`; the project stands beside it."""
    short = row.repository.removeprefix(f"{row.project.partition('/')[0]}/")
    return f"{short} {row.family}".strip()


def cause_of(row: BoardRow) -> str:
    """The cause in a few words, e.g. `mode not explicit`; else the worst rule; "" when nothing fails.

    Where a tag that moves fails and not the version, its name stands in front: `edge: mode not explicit`.
    """
    id_ = row.cause or (row.failing[0] if row.failing else "")
    said = " ".join(_SPELT.get(word, word) for word in id_.split("-"))
    tag = "" if lead(row) in row.newest else lead(row).tag
    return f"{tag}: {said}" if tag and said else said


def tags_of(row: BoardRow) -> tuple[tuple[BoardCell, str], ...]:
    """The tags that move by design, each once; with its registry where the same tag differs between registries."""
    found: dict[str, list[BoardCell]] = {}
    for cell in row.rolling if row.version else row.newest:
        found.setdefault(cell.tag, []).append(cell)
    same = {tag: len({cell.mode for cell in cells}) == 1 for tag, cells in found.items()}
    return tuple(
        (cell, "" if same[tag] else cell.registry)
        for tag, cells in found.items()
        for cell in (sorted(cells, key=_badness)[:1] if same[tag] else cells)
    )


def _badness(cell: BoardCell) -> int:
    return WORST.index(cell.verdict)


def differing(row: BoardRow) -> tuple[BoardCell, ...]:
    """The images to be told apart by registry, if they differ."""
    return row.newest if row.is_uneven else ()


def unread(row: BoardRow) -> tuple[tuple[str, float], ...]:
    """The registries that could not be read for some days, and since when."""
    found: dict[str, float] = {}
    for cell in (*row.newest, *row.rolling):
        if cell.unread_since:
            found[cell.registry] = min(cell.unread_since, found.get(cell.registry, cell.unread_since))
    return tuple(found.items())


def lead(row: BoardRow) -> BoardCell:
    """The image whose report the row leads to: one that has its verdict, of the newest version if it can be."""
    shown = (*row.newest, *row.rolling)
    return min(shown, key=lambda cell: (cell.verdict is not row.verdict, cell not in row.newest, cell.image))


def day(at: float) -> datetime:
    """The moment, for people."""
    return datetime.fromtimestamp(at, UTC)
