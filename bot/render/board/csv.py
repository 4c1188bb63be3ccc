"""The board as CSV, one line for each row, for a spreadsheet. RFC 4180 with line feeds."""

import csv
import io

from bot.board.view import BoardView
from bot.render.board.rows import COLUMNS, cells
from bot.render.cells import cell


def render(view: BoardView) -> str:
    """All rows."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(map(cell, cells(row)) for row in view.rows)
    return out.getvalue()
