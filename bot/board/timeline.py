"""The versions of one row, newest first, each with what it gained or lost against the one before in its registry."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from bot.board.cell import BoardCell, BoardMode
from bot.releases.versions import is_short_for
from bot.report.audit.document import AuditRow, VersionTurn, WeakestMode
from bot.report.audit.turns import turns

_MODES = {BoardMode.MISSING: WeakestMode.NONE}


class TimelineEntry(Struct, frozen=True):
    """One version, in the registries that have the same of it."""

    cells: tuple[BoardCell, ...]
    turns: tuple[VersionTurn, ...]

    @property
    def first(self) -> BoardCell:
        """One of them."""
        return self.cells[0]


def timeline(line: Sequence[BoardCell]) -> tuple[TimelineEntry, ...]:
    """The versions of a line; registries that have the same of one version are one entry."""
    versions = [cell for cell in line if cell.version]
    turned = _turned([cell for cell in versions if not _is_other_name(cell, versions)])
    found: dict[tuple[object, ...], list[BoardCell]] = {}
    for cell in versions:
        same = (cell.version, cell.digest, cell.mode, cell.sbom, cell.signature, cell.verdict)
        found.setdefault((*same, _briefly(turned.get(cell.image, ()))), []).append(cell)
    return tuple(TimelineEntry(tuple(cells), turned.get(cells[0].image, ())) for cells in found.values())


def _is_other_name(cell: BoardCell, versions: Sequence[BoardCell]) -> bool:
    """Whether it is a short name, 1.2, of a version that is listed as 1.2.3, and so not one between 1.1.9 and 1.2.0."""
    return any(other.digest == cell.digest and is_short_for(cell.version, other.version) for other in versions)


def _turned(versions: Sequence[BoardCell]) -> dict[str, tuple[VersionTurn, ...]]:
    found: dict[str, list[VersionTurn]] = {}
    for registry in dict.fromkeys(cell.registry for cell in versions):
        oldest_first = [_row(cell) for cell in reversed(versions) if cell.registry == registry]
        for turn in turns(oldest_first):
            found.setdefault(f"{turn.repository}:{turn.version}", []).append(turn)
    return {image: tuple(its) for image, its in found.items()}


def _row(cell: BoardCell) -> AuditRow:
    return AuditRow(
        repository=cell.image.rpartition(":")[0],
        tag=cell.tag,
        mode=_MODES.get(cell.mode) or WeakestMode(cell.mode.value),
        sbom=cell.sbom,
        signature=cell.signature,
    )


def _briefly(its: Iterable[VersionTurn]) -> tuple[tuple[str, str], ...]:
    return tuple((turn.what, turn.kind) for turn in its)
