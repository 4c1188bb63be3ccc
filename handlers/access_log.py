"""The access log: one line per request, without query string, headers, body and secrets in the path.

`remote` is the client's address, also behind a proxy that PROVENANCE_FORWARDED lists.
"""

import logging
import re
from collections.abc import Mapping
from typing import Any, Final

import structlog
from aiohttp import web
from aiohttp.abc import AbstractAccessLogger

from handlers.client_address import visit_of
from handlers.request_ids import id_of

log = structlog.get_logger("handlers.access")

_HOOK: Final = re.compile(r"(/webhooks/+[^/]{1,63})[^/]*/.*", re.DOTALL | re.IGNORECASE)
"""Everything after a source's id may be its secret, well-formed or not, and in an address with a mistake, too."""

_QUIET: Final = frozenset({"/healthz", "/readyz"})
PATH_MAX: Final = 512

_NOTED: Final = web.RequestKey("noted", Mapping[str, Any])


def note(request: web.Request, **facts: object) -> None:
    """Add facts to the line about this request: one line costs half of two."""
    request[_NOTED] = facts


def redacted(path: str) -> str:
    """The path without secrets."""
    return _HOOK.sub(r"\1/[secret]", path)[:PATH_MAX]


class AccessLog(AbstractAccessLogger):
    """aiohttp calls it after each response. Health checks are logged only if they fail."""

    def __init__(self, logger: logging.Logger, log_format: str) -> None:
        """One for each connection."""
        super().__init__(logger, log_format)
        self._log = log.bind()  # else structlog makes a logger for each line

    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        """`time` in seconds."""
        if request.path in _QUIET and response.status < 400:  # noqa: PLR2004 - success
            return
        self._log.info(
            "request",
            method=request.method,
            path=redacted(request.path),
            status=response.status,
            bytes=response.body_length,
            ms=round(time * 1000, 1),
            request_id=id_of(request),
            remote=visit_of(request).client or request.remote or "",
            **request.get(_NOTED, {}),
        )
