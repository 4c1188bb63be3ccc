"""What a visitor sees when there is nothing to see: a page that says so, never an exception's text."""

from typing import Final

import aiohttp_jinja2
import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.errors import StoreError

log = structlog.get_logger(__name__)

MACHINES: Final = ("/webhooks/", "/slack/", "/healthz", "/readyz")

WORDS: Final = {
    400: ("Not understood", "This is not what the form sends."),
    404: ("Not found", "There is no such page. Reports are kept for 180 days."),
    405: ("Not possible", "This page cannot be used like that."),
    413: ("Too long", "That is more than the form takes."),
    415: ("Not understood", "This is not what the form sends."),
    500: ("Something went wrong", "It is in the log, and it is not your fault."),
    503: ("The store is away", "Reports cannot be read and checks cannot be queued at this moment. Try again soon."),
}


@web.middleware
async def trouble(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Pages alone; the doors of machines answer in their own words."""
    if request.path.startswith(MACHINES):
        return await handler(request)
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status not in WORDS:
            raise
        return _page(request, error.status, {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {})
    except StoreError as error:
        log.warning("page without a store", why=str(error))
        return _page(request, 503, {"Retry-After": "10"})
    except Exception:
        log.exception("page failed")
        return _page(request, 500, {})


def _page(request: web.Request, status: int, headers: dict[str, str]) -> web.Response:
    title, text = WORDS[status]
    context = {"place": "trouble", "title": title, "text": text}
    response = aiohttp_jinja2.render_template("trouble.html", request, context, status=status)
    response.headers.update(headers)
    return response
