"""The id of what is done now: one for each request, command, event and noticed push, from the door to the thread.

It stands in every log line, travels with the jobs, stands in the report that came of it, and is told to a person with
an error: whoever runs the bot finds the lines by it.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Annotated, Final, TypeAlias

from pydantic import BeforeValidator

KEY: Final = "request_id"
"""Its name in log lines."""

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}", re.ASCII)
"""Long enough to be unique, short enough to be quoted; nothing that a log, a header or Slack would read as more."""


_current: Final[ContextVar[str]] = ContextVar(KEY, default="")


def new() -> str:
    """A fresh one: 16 characters."""
    return secrets.token_hex(8)


def current() -> str:
    """The id of what is done now; "" outside of anything."""
    return _current.get()


def cleaned(value: object) -> str:
    """An id from outside, "" for what is not one."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""


RequestId: TypeAlias = Annotated[str, BeforeValidator(cleaned)]
"""In documents that travel or are kept."""


@contextmanager
def bound(request_id: str = "") -> Iterator[str]:
    """What is done inside has that id, or a new one."""
    id_ = cleaned(request_id) or new()
    before = _current.set(id_)
    try:
        yield id_
    finally:
        _current.reset(before)


def quoting(sentence: str) -> str:
    """The sentence, and what to quote if one asks about it. For errors that are told to a person."""
    id_ = current()
    return f"{sentence} If you ask about it, quote `{id_}`." if id_ else sentence
