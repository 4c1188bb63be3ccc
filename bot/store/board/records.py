"""How a row and a line are kept: as JSON. What cannot be read is as if it was not there: it is made again."""

from typing import Final

from pydantic import TypeAdapter, ValidationError

from bot.board import BoardCell, BoardRow
from bot.errors import StoreError
from bot.store.packing import packed, unpacked

LINE_BYTES: Final = 1024 * 1024
"""Of one line; 72 images have some 40 KB."""

_ROW: Final = TypeAdapter(BoardRow)
_LINE: Final = TypeAdapter(tuple[BoardCell, ...])


def text_of_row(row: BoardRow) -> str:
    """What is kept of a row. What has its default is left out."""
    return packed(_ROW.dump_json(row, exclude_defaults=True).decode())


def row_from(text: str | bytes | None) -> BoardRow | None:
    """The row of that text."""
    if text is None:
        return None
    try:
        return _ROW.validate_json(unpacked(str(text), most=LINE_BYTES))
    except (ValidationError, StoreError):
        return None


def text_of_line(line: tuple[BoardCell, ...]) -> str:
    """What is kept of a line."""
    return packed(_LINE.dump_json(line, exclude_defaults=True).decode())


def line_of(text: str | bytes | None) -> tuple[BoardCell, ...]:
    """The line of that text."""
    if text is None:
        return ()
    try:
        return _LINE.validate_json(unpacked(str(text), most=LINE_BYTES))
    except (ValidationError, StoreError):
        return ()
