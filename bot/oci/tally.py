"""How much one check has asked of a registry, and the bounds on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from bot.errors import TooLargeError

CHECK_REQUESTS_MAX: Final = 200
"""Requests of one check; ten platforms with every signature layout take 77."""

CHECK_BYTES_MAX: Final = 128 * 1024 * 1024
"""Bytes of one check."""

CHECK_FRAMING_MAX: Final = 2 * 1024 * 1024
"""Bytes of one check that are not content; 200 answers with heads of 4 KB have less than 1 MB."""


@dataclass(slots=True)
class Tally:
    """Counts of one check, or of a part of one. Token requests stand apart: they are shared between checks."""

    total: int = 0
    manifest_pulls: int = 0
    round_trips: int = 0
    tokens: int = 0
    received: int = 0
    framing: int = 0
    whole: "Tally | None" = None  # counts all this too, and so its bounds hold

    def request(self, *, pull: bool = False) -> None:
        """Count a request; `pull` when Docker Hub would count it (GET of a manifest)."""
        self.total += 1
        self.manifest_pulls += pull
        if self.whole is not None:
            self.whole.request(pull=pull)
        if self.total > CHECK_REQUESTS_MAX:
            raise TooLargeError(f"this check needs more than CHECK_REQUESTS_MAX = {CHECK_REQUESTS_MAX} requests")
        if self.framing > CHECK_FRAMING_MAX:
            raise TooLargeError(f"this check reads more than CHECK_FRAMING_MAX = {CHECK_FRAMING_MAX} bytes of framing")

    def challenged(self, *, pull: bool = False) -> None:
        """The last request was answered by the question who we are: it belongs to the tokens, and was no pull."""
        self.total -= 1
        self.manifest_pulls -= pull
        self.tokens += 1
        if self.whole is not None:
            self.whole.challenged(pull=pull)

    def token(self) -> None:
        """Count a request to a token server."""
        self.tokens += 1
        if self.whole is not None:
            self.whole.token()

    def add_bytes(self, count: int) -> None:
        """Count received bytes."""
        self.received += count
        if self.whole is not None:
            self.whole.add_bytes(count)
        if self.received > CHECK_BYTES_MAX:
            raise TooLargeError(f"this check reads more than CHECK_BYTES_MAX = {CHECK_BYTES_MAX} bytes")

    def add_framing(self, count: int) -> None:
        """Count received bytes that were not content. The next request is refused when there were too many."""
        self.framing += count
        if self.whole is not None:
            self.whole.add_framing(count)


_current: ContextVar[Tally] = ContextVar("tally")


def current() -> Tally:
    """The tally of the running check; outside of a check, a new one that is not used."""
    return _current.get(None) or Tally()


@contextmanager
def counting() -> Iterator[Tally]:
    """Count everything that is asked of registries inside, tasks included; who counts already goes on doing so."""
    tally = Tally(whole=_current.get(None))
    token = _current.set(tally)
    try:
        yield tally
    finally:
        _current.reset(token)
