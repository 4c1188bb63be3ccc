"""The stylesheet, the icon and the one small script: our own files, nothing from elsewhere."""

from typing import Final

from aiohttp import web

from handlers.pages._templates import ASSETS, HERE

FOR_EVER: Final = "public, max-age=31536000, immutable"


async def asset(request: web.Request) -> web.Response:
    """One of the three; the version in the path only keeps caches honest."""
    name = request.match_info["name"]
    if name not in ASSETS:
        raise web.HTTPNotFound
    return web.Response(
        body=(HERE / "assets" / name).read_bytes(),
        content_type=ASSETS[name],
        charset="utf-8",
        headers={"Cache-Control": FOR_EVER},
    )
