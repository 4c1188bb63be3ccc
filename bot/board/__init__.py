"""The board: every watched image at a glance. Pure: `bot/store/board/` keeps it, pages and badges show it.

`cell.py` is one image at its newest check, `line.py` the images of one family in all registries, `row.py` what the
board says of them in one line; `query.py` and `view.py` choose, sort and count rows; `trend.py` looks back, and
`overlay.py` adds what is known besides reports.
"""

from bot.board.cell import BoardCell, BoardMode, cell_of
from bot.board.line import LINE_MAX, with_cell
from bot.board.row import BoardPull, BoardRow, row_of

__all__ = ["LINE_MAX", "BoardCell", "BoardMode", "BoardPull", "BoardRow", "cell_of", "row_of", "with_cell"]
