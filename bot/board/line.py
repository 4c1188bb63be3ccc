"""The images of one family in all registries: its versions and the tags that move by design. Bounded."""

from collections.abc import Iterable
from typing import Final

from bot.board.cell import BoardCell
from bot.releases.versions import order
from bot.values import replace

LINE_MAX: Final = 60
"""Versions of one family that are remembered, in all registries together; a project with four a year has 7 years."""

ROLLING_MAX: Final = 12
"""Tags of one family that move by design; whoever may push tags can make thousands."""


def with_cell(line: Iterable[BoardCell], cell: BoardCell) -> tuple[BoardCell, ...]:
    """The line with that image, the newest version first. An older check than the one that is known changes nothing."""
    cells = {one.image: one for one in line}
    known = cells.get(cell.image)
    if known is not None and known.checked_at > cell.checked_at:
        return sorted_line(cells.values())
    if known is not None:
        since = known.since if known.verdict is cell.verdict else cell.since
        cell = replace(cell, since=since, first_at=known.first_at)
    return sorted_line((cells | {cell.image: cell}).values())


def sorted_line(cells: Iterable[BoardCell]) -> tuple[BoardCell, ...]:
    """Versions, the newest first, then the other tags, the one that was checked last first; no more than may be."""
    known = list(cells)
    versions = sorted((one for one in known if one.version), key=lambda one: (order(one.version), one.image))
    rolling = sorted((one for one in known if not one.version), key=lambda one: (one.checked_at, one.image))
    return (*versions[::-1][:LINE_MAX], *rolling[::-1][:ROLLING_MAX])
