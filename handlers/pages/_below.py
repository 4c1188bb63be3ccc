"""Pages below a path, e.g. https://corp.example/provenance/: the links on them get that path in front.

The proxy takes the path away before it passes a request on, so that all endpoints stay where they are. Templates write
every address as if the pages were at the root; no text of others can look like an attribute, because it is escaped.
"""

import re
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from handlers.client_address import visit_of

_LINK: Final = re.compile(r'( (?:href|src|action)=")/(?!/)')


def path_of(base_url: str) -> str:
    """The path of the public address, e.g. `/provenance`; "" at the root."""
    return urlsplit(base_url).path.rstrip("/")


def below(path: str) -> Middleware:
    """The middleware. Without a path of our own, the one counts that a trusted proxy took away (X-Forwarded-Prefix)."""

    @web.middleware
    async def prefixed(request: web.Request, handler: Handler) -> web.StreamResponse:
        front = path or visit_of(request).prefix
        try:
            response = await handler(request)
        except web.HTTPSeeOther as error:
            _lead(error, front)
            raise
        _lead(response, front)
        if front and isinstance(response, web.Response) and response.content_type == "text/html" and response.text:
            response.text = _LINK.sub(lambda found: f"{found[1]}{front}/", response.text)
        return response

    return prefixed


def _lead(response: web.StreamResponse, front: str) -> None:
    if (address := response.headers.get("Location", "")).startswith("/"):
        response.headers["Location"] = front + address
