"""The board's index: written when an image was judged, so that a page reads rows and never reports.

For each row two texts: the row itself, and its line (its versions). A sorted set names the rows, those with the newest
events; what falls out of it is forgotten. Nothing here grows with the number of releases.
"""

import asyncio
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bot.board import BoardCell, BoardRow, row_of, with_cell
from bot.board.row import row_id
from bot.errors import StoreError
from bot.store.atomic import Atomic
from bot.store.board.records import line_of, row_from, text_of_line, text_of_row
from bot.store.connection import Store, trouble

if TYPE_CHECKING:
    from redis.asyncio.client import Pipeline

BOARD_TTL: Final = 180 * 24 * 3600
"""Seconds after the last event; as long as the reports that a row leads to."""

ROWS_MAX: Final = 2000
"""Rows of the board, those with the newest events; the largest known project has 24."""

ATTEMPTS: Final = 100
"""To change a row while others do; each conflict means that another one got through."""


@dataclass(slots=True)
class Board:
    """Keeps the board. Every method may raise StoreError."""

    store: Store
    _version: str = field(default="", init=False)
    _texts: dict[str, tuple[str, BoardRow | None]] = field(default_factory=dict, init=False)
    _rows: tuple[BoardRow, ...] = field(default=(), init=False)
    _atomic: Atomic = field(init=False)

    def __post_init__(self) -> None:
        self._atomic = Atomic(self.store.redis)

    async def put(self, cell: BoardCell, *, opens: bool = True) -> bool:
        """An image was judged; whether it is on the board. An older check than the one that is known changes nothing.

        Without `opens`, an image that is not on the board is left out.
        """
        for _ in range(ATTEMPTS):
            put = await self._try_put(cell, opens=opens)
            if put is not None:
                await self._trim()
                return put
            await asyncio.sleep(random.uniform(0.0, 0.05))  # noqa: S311 - no secret
        raise StoreError(f"the board's row of {cell.image} is changed by others all the time")

    async def rows(self) -> tuple[BoardRow, ...]:
        """All rows. The same tuple for as long as nothing has changed; what cannot be read is left out."""
        with trouble("reading the board"):
            version = str(await self.store.redis.get(self._version_key) or "")
            if version == self._version and version:
                return self._rows
            ids = [str(one) for one in await self.store.redis.zrevrange(self._index, 0, ROWS_MAX - 1)]
            texts = await self.store.redis.mget([self._row_key(one) for one in ids]) if ids else []
        self._texts = {
            one: self._read(one, str(text)) for one, text in zip(ids, texts, strict=True) if text is not None
        }
        self._rows = tuple(row for _, row in self._texts.values() if row is not None)
        self._version = version
        return self._rows

    async def line(self, repository: str, family: str = "") -> tuple[BoardCell, ...]:
        """The images of one row, the newest version first; empty when the row is not known."""
        with trouble("reading a row of the board"):
            text = await self.store.redis.get(self._line_key(row_id(repository, family)))
        return line_of(text)

    def _read(self, one: str, text: str) -> tuple[str, BoardRow | None]:
        """A text that is the same as before is not parsed again."""
        known = self._texts.get(one)
        return known if known is not None and known[0] == text else (text, row_from(text))

    async def _try_put(self, cell: BoardCell, *, opens: bool) -> bool | None:
        """Whether it is on the board; None when another process changed the row meanwhile."""
        one = row_id(cell.repository, cell.family)
        keys = [self._line_key(one), self._row_key(one)]
        with trouble("saving a row of the board"):
            texts = await self.store.redis.mget(keys)
            line_text, row_text = (None if text is None else str(text) for text in texts)
            known = line_of(line_text)
            if not opens and all(other.image != cell.image for other in known):
                return False
            line = with_cell(known, cell)
            row = row_of(line, row_from(row_text))
            async with self.store.redis.pipeline(transaction=True) as pipe:
                pipe.set(self._line_key(one), text_of_line(line), ex=BOARD_TTL)
                if row is not None:
                    self._put_row(pipe, one, row)
                seen = dict(zip(keys, (line_text, row_text), strict=True))
                return True if await self._atomic.run(pipe, seen) else None

    def _put_row(self, pipe: "Pipeline", one: str, row: BoardRow) -> None:
        pipe.set(self._row_key(one), text_of_row(row), ex=BOARD_TTL)
        pipe.zadd(self._index, {one: row.checked_at}, gt=True)
        pipe.expire(self._index, BOARD_TTL)
        pipe.incr(self._version_key)
        pipe.expire(self._version_key, BOARD_TTL)

    async def _trim(self) -> None:
        """Forget the rows that are too many."""
        with trouble("trimming the board"):
            gone = [str(one) for one in await self.store.redis.zrange(self._index, 0, -ROWS_MAX - 1)]
            if gone:
                keys = [key for one in gone for key in (self._row_key(one), self._line_key(one))]
                await self.store.redis.zrem(self._index, *gone)
                await self.store.redis.delete(*keys)

    @property
    def _index(self) -> str:
        return self.store.key("board", "rows")

    @property
    def _version_key(self) -> str:
        return self.store.key("board", "version")

    def _row_key(self, one: str) -> str:
        return self.store.key("board", "row", one)

    def _line_key(self, one: str) -> str:
        return self.store.key("board", "line", one)
