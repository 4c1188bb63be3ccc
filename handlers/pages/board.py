"""`/`: the board: every watched image at a glance. Each state of it is an address; the same as CSV, JSON, Markdown."""

import time
from typing import Final

from aiohttp import web
from markupsafe import Markup

from bot.board.query import BoardQuery, BoardSort
from bot.board.trend import trend
from bot.board.view import BoardView, view_of
from bot.render.board import FORMATS, render
from bot.render.html.board import HELD, MODES, SIGNED, cause_of, day, differing, lead, row_name, tags_of, unread
from bot.render.html.chart import bar, said, trend_chart
from bot.render.html.words import VERDICTS
from bot.store.board import ROWS_MAX
from handlers.pages import _form
from handlers.pages._boards import WatchedBoard
from handlers.pages._links import image_page_url, report_url
from handlers.pages._templates import show_page

TYPES: Final = {"csv": "text/csv", "json": "application/json", "md": "text/markdown"}

SORTS: Final = {
    BoardSort.WORST: "Worst first",
    BoardSort.IMAGE: "Image",
    BoardSort.SINCE: "Newest change",
    BoardSort.CHECKED: "Last checked",
}


class BoardPage:
    """Shows the board."""

    def __init__(self, board: WatchedBoard) -> None:
        self._board = board

    async def show(self, request: web.Request) -> web.Response:
        """The page."""
        view = await self._view(request)
        csrf = _form.token(request)
        response = show_page("board.html", request, _context(view) | {"csrf": csrf})
        _form.remember(request, response, csrf)
        return response

    async def download(self, request: web.Request) -> web.Response:
        """All rows that were chosen, in another format; 400 for words that are not known, which pages ignore."""
        name = request.match_info["format"]
        if name not in FORMATS:
            raise web.HTTPNotFound
        if said := BoardQuery.not_understood(request.query):
            return web.Response(status=400, text="".join(f"{one}\n" for one in said))
        view = await self._view(request)
        headers = {"Content-Disposition": f'inline; filename="board.{name}"'}
        return web.Response(text=render(name, view), content_type=TYPES[name], charset="utf-8", headers=headers)

    async def _view(self, request: web.Request) -> BoardView:
        return view_of(await self._board.rows(), BoardQuery.parse(request.query))


def _context(view: BoardView) -> dict[str, object]:
    steps = trend(view.rows, time.time())
    return {
        "place": "board",
        "rows_max": ROWS_MAX,
        "view": view,
        "query": view.query,
        "bar": Markup(bar(view.modes)),  # noqa: S704 - made of numbers and our own words
        "counts": said(view.counts),
        "trend": Markup(trend_chart(steps)),  # noqa: S704
        "trend_from": day(steps[0].at) if steps else None,
        "sorts": SORTS,
        "formats": {"csv": "CSV", "json": "JSON", "md": "Markdown"},
        "MODES": MODES,
        "HELD": HELD,
        "SIGNED": SIGNED,
        "VERDICTS": VERDICTS,
        "address": _address,
        "cause_of": cause_of,
        "day": day,
        "differing": differing,
        "lead": lead,
        "row_name": row_name,
        "tags_of": tags_of,
        "unread": unread,
        "image_page_url": image_page_url,
        "report_url": report_url,
    }


def _address(query: BoardQuery, path: str = "/") -> str:
    return f"{path}?{query.address}" if query.address else path
