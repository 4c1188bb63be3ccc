"""Gives each HTTP request an id, which the answer and all log lines have (bot/request_ids.py), and a span.

A proxy that PROVENANCE_FORWARDED lists may have given it one already; what others write in that header is not read.
"""

from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.request_ids import bound
from bot.tracing import SpanKind, span
from handlers.client_address import Proxies

HEADER: Final = "X-Request-ID"

_ID: Final = web.RequestKey("request_id", str)


class RequestIds:
    """The middleware. It stands before all others, so that their log lines have the id, too."""

    def __init__(self, proxies: Proxies) -> None:
        self._proxies = proxies

    @web.middleware
    async def named(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """What the handler does has the id."""
        is_trusted = self._proxies.is_one(request.remote or "")
        with bound(request.headers.get(HEADER, "") if is_trusted else "") as id_:
            request[_ID] = id_
            return await self._traced(request, handler)

    @staticmethod
    async def _traced(request: web.Request, handler: Handler) -> web.StreamResponse:
        """The span has the pattern of the path: a path may hold a secret."""
        resource = request.match_info.route.resource
        route = resource.canonical if resource is not None else "unknown"
        told = {"http__request__method": request.method, "http__route": route}
        with span(f"{request.method} {route}", SpanKind.SERVER, **told) as open_span:
            response = await handler(request)
            open_span.set("http.response.status_code", response.status)
            return response


def id_of(request: web.BaseRequest) -> str:
    """The id of that request; "" of one that did not get as far."""
    id_: str = request.get(_ID, "")
    return id_


async def add_id(request: web.Request, response: web.StreamResponse) -> None:
    """For `Application.on_response_prepare`: the sender can quote it."""
    if id_ := id_of(request):
        response.headers[HEADER] = id_
