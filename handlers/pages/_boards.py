"""The board as visitors may see it: the rows of which an image is watched."""

from dataclasses import dataclass, field

from bot.board import BoardCell, BoardRow
from bot.errors import InvalidReferenceError
from bot.intake.watch_list import WatchList, is_watched_by
from bot.oci.reference import Reference
from bot.store.board import Board
from bot.store.watches import Watch


@dataclass(slots=True)
class WatchedBoard:
    """Reads the board. Every method may raise StoreError."""

    board: Board
    watch: WatchList
    _seen: tuple[tuple[BoardRow, ...], tuple[Watch, ...]] = field(default=((), ()), init=False)
    _rows: tuple[BoardRow, ...] = field(default=(), init=False)

    async def rows(self) -> tuple[BoardRow, ...]:
        """The rows. Nothing is matched again while neither rows nor watches have changed."""
        rows, watches = await self.board.rows(), await self.watch.all()
        if rows is not self._seen[0] or watches != self._seen[1]:
            self._rows = tuple(row for row in rows if _is_watched(row.newest, watches))
            self._seen = (rows, watches)
        return self._rows

    async def row(self, row_id: str) -> BoardRow | None:
        """That row."""
        return next((row for row in await self.rows() if row.id == row_id), None)


def _is_watched(cells: tuple[BoardCell, ...], watches: tuple[Watch, ...]) -> bool:
    images = [image for cell in cells if (image := _image(cell.image)) is not None]
    return any(is_watched_by(watch, image) for watch in watches for image in images)


def _image(text: str) -> Reference | None:
    try:
        return Reference.parse(text)
    except InvalidReferenceError:
        return None
