"""Serves the stylesheet, the icon and the script."""

from typing import Final

from aiohttp import web

from handlers.pages._templates import ASSETS

CACHE_FOREVER: Final = "public, max-age=31536000, immutable"


async def asset(request: web.Request) -> web.Response:
    """The asset. An address with an old version returns the current file, uncached."""
    found = ASSETS.get(request.match_info["name"])
    if found is None:
        raise web.HTTPNotFound
    is_current = request.match_info["version"] == found.version
    headers = {"Cache-Control": CACHE_FOREVER if is_current else "no-cache"}
    return web.Response(body=found.content, content_type=found.content_type, charset="utf-8", headers=headers)
