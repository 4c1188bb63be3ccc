"""The stylesheet, the icon and the one small script: our own files, nothing from elsewhere."""

from typing import Final

from aiohttp import web

from handlers.pages._templates import ASSETS

FOR_EVER: Final = "public, max-age=31536000, immutable"


async def asset(request: web.Request) -> web.Response:
    """One of the three; an address with an old version gives what is there now, and is not kept."""
    found = ASSETS.get(request.match_info["name"])
    if found is None:
        raise web.HTTPNotFound
    is_current = request.match_info["version"] == found.version
    headers = {"Cache-Control": FOR_EVER if is_current else "no-cache"}
    return web.Response(body=found.content, content_type=found.content_type, charset="utf-8", headers=headers)
