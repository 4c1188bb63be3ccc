"""`/image?name=`: one row of the board with all its versions, moved tags, the history of verdicts, and a comparison."""

from typing import Final
from urllib.parse import quote

from aiohttp import web

from bot.board import BoardCell
from bot.board.row import row_id
from bot.board.timeline import timeline
from bot.render.html.board import HELD, MODES, SIGNED, cause_of, day, lead, row_name, unread
from bot.render.html.snippets import artifact_hub, badge_markdown
from bot.render.html.timeline import PastVerdict, moved_tags, turn_mark
from bot.render.html.words import VERDICTS
from bot.store.reports import Reports
from handlers.pages._address import public_address
from handlers.pages._boards import WatchedBoard
from handlers.pages._links import image_page_url, image_url, report_url
from handlers.pages._templates import show_page

NAME_MAX: Final = 600
"""Characters of the name in the address."""

PAST_MAX: Final = 10
"""Entries of one tag's history."""


class ImagePage:
    """Shows it."""

    def __init__(self, board: WatchedBoard, reports: Reports) -> None:
        self._board = board
        self._reports = reports

    async def show(self, request: web.Request) -> web.Response:
        """The page; 404 for what is not on the board."""
        row = await self._board.row(request.query.get("name", "")[:NAME_MAX])
        if row is None:
            raise web.HTTPNotFound
        line = await self._board.line(row)
        histories = await self._histories(line)
        address = public_address(request)
        context = {
            "place": "image",
            "row": row,
            "line": line,
            "earlier": _earlier(line),
            "entries": timeline(line),
            "rolling": [cell for cell in line if not cell.version],
            "moved": moved_tags(line, histories),
            "histories": {image: past for image, past in histories.items() if len(past) > 1},
            "badges": [_badge(cell, address) for cell in row.newest],
            "annotations": artifact_hub(row_name(row), row.newest, f"{address}{image_page_url(row.id)}"),
            "feed": f"/feed/{quote(row.project)}.atom",
            **_WORDS,
        }
        return show_page("image.html", request, context)

    async def _histories(self, line: tuple[BoardCell, ...]) -> dict[str, tuple[PastVerdict, ...]]:
        found = await self._reports.histories([cell.image for cell in line], PAST_MAX)
        return {
            image: tuple(PastVerdict(one.digest, one.verdict, one.since, one.failing) for one in past)
            for image, past in found.items()
        }


def _badge(cell: BoardCell, address: str) -> tuple[str, str, str]:
    """The registry, the address of the badge, and the Markdown."""
    path = f"/badge/{quote(cell.image.rpartition(':')[0], safe='/')}.svg"
    page = f"{address}{image_page_url(row_id(cell.repository, cell.family))}"
    return cell.registry, path, badge_markdown(f"{address}{path}", page)


def _earlier(line: tuple[BoardCell, ...]) -> BoardCell | None:
    """What the newest image is compared with at first: the version before it in its registry, else another image."""
    if len(line) < 2:  # noqa: PLR2004 - two are compared
        return None
    newest, *others = line
    same = (one for one in others if one.registry == newest.registry and one.version != newest.version)
    return next(same, others[0])


_WORDS: Final = {
    "MODES": MODES,
    "HELD": HELD,
    "SIGNED": SIGNED,
    "VERDICTS": VERDICTS,
    "cause_of": cause_of,
    "day": day,
    "lead": lead,
    "row_name": row_name,
    "unread": unread,
    "turn_mark": turn_mark,
    "image_url": image_url,
    "report_url": report_url,
}
