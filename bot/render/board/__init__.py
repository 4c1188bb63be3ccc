"""The formats of the board besides the page: one table.

To add one: a file here with `render(view) -> str`, and its name in `FORMATS`.
"""

from importlib import import_module
from typing import Final, Protocol, cast

from bot.board.view import BoardView

FORMATS: Final = ("csv", "json", "md")


class BoardFormat(Protocol):
    """A module of this package."""

    def render(self, view: BoardView, /) -> str:
        """All rows that were chosen, not only those of one page."""


def render(name: str, view: BoardView) -> str:
    """The board in that format."""
    return cast("BoardFormat", import_module(f"{__package__}.{name}")).render(view)
