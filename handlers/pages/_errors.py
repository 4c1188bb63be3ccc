"""Error pages. They never show the text of an exception."""

from typing import Final

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.errors import StoreError
from bot.request_ids import current
from handlers.pages._access import RoleMissingError
from handlers.pages._templates import show_page

log = structlog.get_logger(__name__)

INTERNAL: Final = 500
"""From here on it is not the visitor's fault, and they are told what to quote."""

MESSAGES: Final = {
    400: ("Bad request", "The form data is not valid."),
    403: ("Not allowed", "This form was not sent from its page, or that was open for too long. Submit it again."),
    404: ("Not found", "This page does not exist. Reports are kept for 180 days."),
    405: ("Not allowed", "This page does not accept such a request."),
    413: ("Too long", "The request is longer than the form allows."),
    415: ("Bad request", "The form data is not valid."),
    429: ("Too many requests", "You asked for many pages at once. Wait a few seconds, then reload."),
    500: ("Internal error", "Something went wrong. The error is in the log."),
    503: ("Store unavailable", "Reports cannot be read and checks cannot be queued right now. Try again in a minute."),
}

NO_ROLE: Final = (
    "Not allowed",
    "Your account is in no group that may do this. The operator decides that (`PROVENANCE_ROLES`).",
)


@web.middleware
async def error_pages(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Middleware for the pages. The other endpoints answer errors themselves."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status not in MESSAGES:
            raise
        kept = {name: error.headers[name] for name in ("Allow", "Retry-After") if name in error.headers}
        return _page(request, error.status, kept, NO_ROLE if isinstance(error, RoleMissingError) else None)
    except StoreError as error:
        log.warning("page without the store", why=str(error))
        return _page(request, 503, {"Retry-After": "10"})
    except Exception:
        log.exception("page failed")
        return _page(request, 500, {})


def _page(
    request: web.Request, status: int, headers: dict[str, str], message: tuple[str, str] | None = None
) -> web.Response:
    title, text = message or MESSAGES[status]
    context = {"place": "error", "title": title, "text": text, "request_id": current() if status >= INTERNAL else ""}
    response = show_page("error.html", request, context, status=status)
    response.headers.update(headers)
    return response
