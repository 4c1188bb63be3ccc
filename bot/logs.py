"""Logging of the server processes: structlog, one line per event on stderr, JSON in production, without secrets.

Libraries that use the standard `logging` are included. Our own code does not log secrets; the redaction here is a
second barrier, for exception texts and for libraries.
"""

import json
import logging
import os
import re
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from functools import lru_cache, partial
from typing import Any, Final, Literal, TextIO

import structlog
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web import RequestPayloadError
from structlog.typing import Processor

from bot import request_ids

REDACTED: Final = "[redacted]"

REPEAT_AFTER: Final = 10.0
"""Seconds between two log lines about the same problem that can occur a thousand times per second."""

_NAMES: Final = re.compile(r"authorization|cookie|token|secret|password|signature|body|response_url", re.IGNORECASE)
"""Keys whose values are never logged."""

_WEBHOOK: Final = re.compile(r"(/webhooks/+[^/\s\"']{1,63})[^/\s\"']*/[^\s\"'?]+", re.IGNORECASE)
_LOGIN: Final = re.compile(r"\b((?:Bearer|Basic)\s+)[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE)
_TOKEN: Final = re.compile(r"\bx(?:ox[a-z]|app)-[A-Za-z0-9-]{6,}")

_PATTERNS: Final = (
    ("/webhooks/", _WEBHOOK, r"\1/" + REDACTED),
    ("://", re.compile(r"(https?://[^\s\"'?]*)\?[^\s\"'>)]+"), r"\1?" + REDACTED),
    ("hooks.slack.com", re.compile(r"(hooks\.slack\.com/)[^\s\"']+"), r"\1" + REDACTED),
    ("://", re.compile(r"(\w+://)[^/\s\"'@]+@"), r"\1" + REDACTED + "@"),
    ("bearer", _LOGIN, r"\1" + REDACTED),
    ("bas", _LOGIN, r"\1" + REDACTED),
    ("xox", _TOKEN, REDACTED),
    ("xapp", _TOKEN, REDACTED),
)
"""Secrets in webhook paths, query strings, user:password@, Authorization values, Slack tokens.

Every text that a pattern matches holds the word before it, folded: most texts hold none, and need no search. Not
"basic", since to re.IGNORECASE a dotless i is an i."""

_OF_A_STORE: Final = (
    "Redis is unavailable",
    "Redis error in cancellation listener",
    "Error sending worker heartbeat",
    "Error in scheduler loop",
)
"""What docket writes, mostly with a trace of 3 KB, several times a second while the store is unavailable or full."""

_NOISY: Final = ("slack_bolt", "slack_sdk", "docket", "aiohttp.access", "asyncio")


def configure(form: Literal["json", "console"], level: int = logging.INFO) -> None:
    """Set up logging for this process; `level` is the lowest level that is logged."""
    shared: list[Processor] = [
        add_request_id,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Processor] = [structlog.processors.format_exc_info, redact]
    structlog.configure(
        processors=[*shared, *last, _last(form)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=partial(OwnLogger, sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder(), *last],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _last(form)],
        ),
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in _NOISY:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    logging.getLogger("aiohttp.server").addFilter(_is_not_bad_request)
    logging.getLogger("asyncio").addFilter(_RateLimited("socket.accept() out of system resource"))
    for beginning in _OF_A_STORE:
        logging.getLogger("docket.worker").addFilter(_RateLimited(beginning))


def configure_command() -> None:
    """For a command that answers and ends: its answer is on stdout, so only what is wrong is logged."""
    configure("console", logging.WARNING)


class OwnLogger:
    """Where the lines of our own code go: to the stream at once, as those of libraries do by their handler.

    Through the standard `logging`, a line costs twice the time, and the door of the webhooks writes two of a delivery.
    """

    __slots__ = ("_stream", "name")

    def __init__(self, stream: TextIO, name: str = "") -> None:
        self._stream = stream
        self.name = name

    def msg(self, line: str) -> None:
        """One line, in one write: those of several threads do not mix. A log that is gone stops no work."""
        with suppress(OSError, ValueError):  # ValueError: it is closed, or cannot write a character
            self._stream.write(f"{line}\n")
            self._stream.flush()

    debug = info = warning = warn = error = critical = exception = fatal = msg


class _RateLimited(logging.Filter):
    """Passes lines with that beginning once in REPEAT_AFTER: a flood of connections or a dead store floods no log."""

    def __init__(self, beginning: str) -> None:
        super().__init__()
        self._beginning = beginning
        self._last = -REPEAT_AFTER

    def filter(self, record: logging.LogRecord) -> bool:
        if not str(record.msg).startswith(self._beginning):
            return True
        is_due = record.created - self._last >= REPEAT_AFTER
        if is_due:
            self._last = record.created
        return is_due


def _is_not_bad_request(record: logging.LogRecord) -> bool:
    """Drops aiohttp's tracebacks about invalid HTTP: anybody could fill the log with them. The sender got a 400."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, HttpProcessingError | RequestPayloadError)


def add_request_id(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: the line has the id of what is done now, unless it names one itself."""
    if id_ := request_ids.current():
        event.setdefault(request_ids.KEY, id_)
    return event


def redact(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor that replaces everything that looks like a secret, at any depth."""
    for key, value in event.items():
        event[key] = REDACTED if _is_secret(key) and isinstance(value, str | bytes) else _clean(value)
    return event


@lru_cache(maxsize=512)
def _is_secret(key: str) -> bool:
    """Whether the value of that key is never logged. Nearly all lines have the same few keys."""
    return _NAMES.search(key) is not None


def _clean(value: object) -> object:
    match value:
        case str():
            return _clean_text(value)
        case dict():
            return {key: REDACTED if _is_secret(str(key)) else _clean(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_clean(inner) for inner in value]
        case _:
            return value


def _clean_text(text: str) -> str:
    low = text.casefold()
    for word, pattern, instead in _PATTERNS:
        if word in low:
            text = pattern.sub(instead, text)
    return text


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, default=str)


def _as_json(_: object, __: str, event: MutableMapping[str, Any]) -> str:
    """What structlog's own renderer does, which makes an encoder for each line."""
    return _ENCODER.encode(event)


def _last(form: Literal["json", "console"]) -> Processor:
    if form == "json":
        return _as_json
    said = os.environ  # noqa: TID251 - what the terminal can show is not our setting
    colours = sys.stderr.isatty() and not said.get("NO_COLOR") and said.get("TERM") != "dumb"
    return structlog.dev.ConsoleRenderer(colors=colours)
