"""By which address visitors see the pages: PROVENANCE_BASE_URL, else what a trusted proxy says."""

from typing import Final

from aiohttp import web

from handlers.client_address import visit_of

BASE_URL: Final = web.AppKey("base_url", str)


def public_address(request: web.Request) -> str:
    """The address of the pages without a slash at the end; "" when nobody says it."""
    visit = visit_of(request)
    return request.app[BASE_URL] or (visit.origin and f"{visit.origin}{visit.prefix}")


def is_secure(request: web.Request) -> bool:
    """Whether visitors come by HTTPS, so that cookies may be kept to it."""
    return request.app[BASE_URL].startswith("https://") or visit_of(request).is_secure
