"""`/badge/REGISTRY/REPO[:TAG].svg`: the provenance of a watched image, for a README; and the feed of a project."""

import hashlib
from typing import Final
from urllib.parse import quote

from aiohttp import web
from msgspec import Struct

from bot.board import BoardCell, BoardMode, BoardRow
from bot.errors import InvalidReferenceError, StoreError
from bot.oci.reference import Reference
from bot.render.html.badge import badge
from handlers.pages._address import BASE_URL, public_address
from handlers.pages._boards import WatchedBoard

FRESH: Final = "public, max-age=300"
"""An image proxy asks again after five minutes."""

PROJECT_MAX: Final = 200
"""Characters of a project in an address."""


class Badges(Struct, frozen=True):
    """Badges and feeds: what other sites show of the board. What is not watched is not found, whether it exists."""

    board: WatchedBoard

    async def badge(self, request: web.Request) -> web.StreamResponse:
        """The badge. While the store cannot be read it says "unknown", and is not kept."""
        text = request.match_info["image"]
        try:
            cell = await self._cell(text)
        except StoreError:
            return _svg(request, BoardMode.UNKNOWN, 503, "no-store")
        if cell is None:
            raise web.HTTPNotFound
        return _svg(request, cell.mode, 200, FRESH)

    async def feed(self, request: web.Request) -> web.StreamResponse:
        """The feed of a project."""
        from bot.render.feed import feed  # noqa: PLC0415 - few read feeds, and what writes XML is large

        project = request.match_info["project"][:PROJECT_MAX]
        rows = [row for row in await self.board.rows() if row.project == project]
        if not rows:
            raise web.HTTPNotFound
        base = public_address(request)
        text = feed(project, rows, here=f"{base}/feed/{quote(project)}.atom", base=base)
        # What a header says may differ from one request to the next, so nobody else may keep it.
        caching = FRESH if base == request.app[BASE_URL] else "private, no-store"
        return _kept(request, text, "application/atom+xml", {"Cache-Control": caching})

    async def _cell(self, text: str) -> BoardCell | None:
        """The image of that name; without a tag, the newest version in that registry. A digest must be the image's."""
        try:
            name = Reference.parse(text)
        except InvalidReferenceError:
            return None
        is_named = ":" in text.rpartition("/")[2]  # by its tag, its digest, or both
        rows = [row for row in await self.board.rows() if row.repository == name.repository]
        for row in sorted(rows, key=lambda row: row.family):
            cells = await self._cells(row, every=is_named)
            for cell in cells:
                if cell.registry == name.registry and (not is_named or _is_meant(cell, name)):
                    return cell
        return None

    async def _cells(self, row: BoardRow, *, every: bool) -> tuple[BoardCell, ...]:
        return await self.board.line(row) if every else row.newest


def _is_meant(cell: BoardCell, name: Reference) -> bool:
    return name.tag in {"", cell.tag} and name.digest in {"", cell.digest}


def _svg(request: web.Request, mode: BoardMode, status: int, caching: str) -> web.StreamResponse:
    headers = {"Cache-Control": caching, "Cross-Origin-Resource-Policy": "cross-origin"}
    return _kept(request, badge(mode), "image/svg+xml", headers, status)


def _kept(
    request: web.Request, text: str, content_type: str, headers: dict[str, str], status: int = 200
) -> web.StreamResponse:
    """The text, or 304 for whoever has it already."""
    tag = hashlib.sha256(text.encode()).hexdigest()[:16]
    headers = headers | {"ETag": f'"{tag}"'}
    if status == web.HTTPOk.status_code and any(one.value in {tag, "*"} for one in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    return web.Response(text=text, status=status, content_type=content_type, charset="utf-8", headers=headers)
