"""One line a request in the log, without secrets: no query string, no header, no body, no secret in the path."""

import re
from typing import Final

import structlog
from aiohttp import web
from aiohttp.abc import AbstractAccessLogger

log = structlog.get_logger("handlers.access")

_HOOK: Final = re.compile(r"(/webhooks/[^/]{1,63})/.*", re.DOTALL)
"""Everything behind a source's id may be its secret, well-formed or not."""

_QUIET: Final = frozenset({"/healthz", "/readyz"})
PATH_MAX: Final = 512


def redacted(path: str) -> str:
    """The path as it may be logged."""
    return _HOOK.sub(r"\1/[secret]", path)[:PATH_MAX]


class AccessLog(AbstractAccessLogger):
    """What aiohttp calls after each answer; health checks are only told when they fail."""

    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        """`time` in seconds."""
        if request.path in _QUIET and response.status < 400:  # noqa: PLR2004 - below are the good ones
            return
        log.info(
            "request",
            method=request.method,
            path=redacted(request.path),
            status=response.status,
            bytes=response.body_length,
            ms=round(time * 1000, 1),
            remote=request.remote or "",
        )
