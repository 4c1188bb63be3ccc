"""How the server's processes log: structlog, one line an event on stderr, JSON in production; no secret gets through.

Libraries that use the standard `logging` go the same way. Secrets are kept out where things are logged; what is here is
the last net, for exception texts and for other people's code.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Final, Literal

import structlog
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web import RequestPayloadError
from structlog.typing import Processor

REDACTED: Final = "[redacted]"

SELDOM: Final = 10.0
"""Seconds between two lines about the same trouble, where the trouble comes a thousand times a second."""

_NAMES: Final = re.compile(r"authorization|cookie|token|secret|password|signature|body|response_url", re.IGNORECASE)
"""Keys whose values are not logged, whatever they are."""

_PATTERNS: Final = (
    (re.compile(r"(/webhooks/[^/\s\"']{1,63})/[^\s\"'?]+"), r"\1/" + REDACTED),
    (re.compile(r"(https?://[^\s\"'?]*)\?[^\s\"'>)]+"), r"\1?" + REDACTED),
    (re.compile(r"(hooks\.slack\.com/)[^\s\"']+"), r"\1" + REDACTED),
    (re.compile(r"(\w+://)[^/\s\"'@]+@"), r"\1" + REDACTED + "@"),
    (re.compile(r"\b((?:Bearer|Basic)\s+)[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE), r"\1" + REDACTED),
    (re.compile(r"\bx(?:ox[a-z]|app)-[A-Za-z0-9-]{6,}"), REDACTED),
)
"""Path secrets of webhooks, query strings, user:password@, Authorization values, Slack's tokens."""

_NOISY: Final = ("slack_bolt", "slack_sdk", "docket", "aiohttp.access", "asyncio")


def configure(form: Literal["json", "console"], level: int = logging.INFO) -> None:
    """Set up logging for this process; `level` is the least that is told."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
        structlog.processors.format_exc_info,
        redact,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _last(form)],
        ),
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in _NOISY:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    logging.getLogger("aiohttp.server").addFilter(_is_no_broken_request)
    logging.getLogger("asyncio").addFilter(_Seldom("socket.accept() out of system resource"))


class _Seldom(logging.Filter):
    """Lets a line through that begins so once in SELDOM: who holds all connections open must not fill the log, too."""

    def __init__(self, beginning: str) -> None:
        super().__init__()
        self._beginning = beginning
        self._last = -SELDOM

    def filter(self, record: logging.LogRecord) -> bool:
        if not str(record.msg).startswith(self._beginning):
            return True
        is_due = record.created - self._last >= SELDOM
        if is_due:
            self._last = record.created
        return is_due


def _is_no_broken_request(record: logging.LogRecord) -> bool:
    """Whatever is no HTTP is told by aiohttp with a trace. Anybody could fill the log so; the sender has heard 400."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, HttpProcessingError | RequestPayloadError)


def redact(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Structlog's processor: nothing that looks like a secret stays, at any depth."""
    for key, value in event.items():
        event[key] = REDACTED if _NAMES.search(key) and isinstance(value, str | bytes) else _clean(value)
    return event


def _clean(value: object) -> object:
    match value:
        case str():
            for pattern, instead in _PATTERNS:
                value = pattern.sub(instead, value)
            return value
        case dict():
            return {key: REDACTED if _NAMES.search(str(key)) else _clean(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_clean(inner) for inner in value]
        case _:
            return value


def _last(form: Literal["json", "console"]) -> Processor:
    if form == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
