"""The board as visitors may see it: the rows of which an image is watched, with what is known besides reports."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import msgspec
from msgspec import Struct

from bot.attention import ProposedFix
from bot.board import BoardCell, BoardPull, BoardRow
from bot.board.overlay import unread_cell, with_pull, with_unread
from bot.board.row import row_id
from bot.errors import InvalidReferenceError
from bot.intake.watch_list import WatchList, is_watched_by
from bot.oci.reference import Reference
from bot.polling.second.outcomes import UNREACHABLE_TOLD_AFTER
from bot.store.attention import OpenFixes
from bot.store.board import Board
from bot.store.second_looks import SecondLooks
from bot.store.watches import Watch

BESIDES_FOR: Final = 30.0
"""Seconds for which it is not asked again what is known besides reports."""


class _Besides(Struct, frozen=True):
    """Since when which images are unread, and pull requests by the ids of rows."""

    unread: Mapping[str, float] = msgspec.field(default_factory=dict)
    pulls: Mapping[str, BoardPull] = msgspec.field(default_factory=dict)
    at: float = -BESIDES_FOR


@dataclass(slots=True)
class WatchedBoard:
    """Reads the board. Every method may raise StoreError."""

    board: Board
    watch: WatchList
    _seen: tuple[tuple[BoardRow, ...], tuple[Watch, ...], _Besides] = field(default=((), (), _Besides()), init=False)
    _rows: tuple[BoardRow, ...] = field(default=(), init=False)

    async def rows(self) -> tuple[BoardRow, ...]:
        """The rows. Nothing is matched again while neither rows nor watches have changed."""
        rows, watches = await self.board.rows(), await self.watch.all()
        besides = await self._besides()
        if rows is not self._seen[0] or watches != self._seen[1] or besides is not self._seen[2]:
            watched = (row for row in rows if _is_watched(row.newest, watches))
            self._rows = tuple(with_pull(with_unread(row, besides.unread), besides.pulls) for row in watched)
            self._seen = (rows, watches, besides)
        return self._rows

    async def row(self, row_id: str) -> BoardRow | None:
        """That row."""
        return next((row for row in await self.rows() if row.id == row_id), None)

    async def line(self, row: BoardRow) -> tuple[BoardCell, ...]:
        """The images of a row, the newest version first."""
        unread = (await self._besides()).unread
        cells = await self.board.line(row.repository, row.family)
        return tuple(unread_cell(one, unread[one.image]) if one.image in unread else one for one in cells)

    async def _besides(self) -> _Besides:
        known, clock = self._seen[2], asyncio.get_running_loop().time
        if clock() - known.at < BESIDES_FOR:
            return known
        now = await self.board.store.now()
        unread = await SecondLooks(self.board.store).unread(now, UNREACHABLE_TOLD_AFTER)
        fixes = await OpenFixes(self.board.store).listed()
        return _Besides(unread, {one: pull for fix in reversed(fixes) for one, pull in _pull_of(fix)}, clock())


def _pull_of(fix: ProposedFix) -> list[tuple[str, BoardPull]]:
    image = _image(fix.image)
    return [(row_id(image.repository, fix.family), BoardPull(fix.url, fix.number, fix.at))] if image else []


def _is_watched(cells: tuple[BoardCell, ...], watches: tuple[Watch, ...]) -> bool:
    images = [image for cell in cells if (image := _image(cell.image)) is not None]
    return any(is_watched_by(watch, image) for watch in watches for image in images)


def _image(text: str) -> Reference | None:
    try:
        return Reference.parse(text)
    except InvalidReferenceError:
        return None
