"""How much one check has asked of a registry, and the bounds on it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from msgspec import Struct, field

from bot.errors import OverLimitError, TooLargeError

CHECK_REQUESTS_MAX: Final = 200
"""Requests of one check; ten platforms with every signature layout take 77."""

CHECK_BYTES_MAX: Final = 128 * 1024 * 1024
"""Bytes of one check."""

CHECK_FRAMING_MAX: Final = 2 * 1024 * 1024
"""Bytes of one check that are not content; 200 answers with heads of 4 KB have less than 1 MB."""

CHECK_VALUES_MAX: Final = 500_000
"""Values that one check parses of manifests, configurations and lists (see bounded.py): a second of a processor. Real
documents have at most some hundreds each."""

CHECK_STATEMENT_VALUES_MAX: Final = 10_000_000
"""Values that one check parses of statements: some ten seconds of a processor. CHECK_BYTES_MAX of JSON as tools write
it have fewer: a value takes at least 20 bytes there."""


class Tally(Struct):
    """Counts of one check, or of a part of one. Token requests stand apart: they are shared between checks."""

    total: int = 0
    manifest_pulls: int = 0
    tokens: int = 0
    received: int = 0
    framing: int = 0
    parsed: int = 0
    parsed_of_statements: int = 0
    start: int = 0  # requests one after the other before this began
    deepest: int = 0  # and to its last one
    searching: str = ""  # evidence about this digest, in many places: waits behind others, and lists the places
    alone: bool = False  # and about no other digest: there are few places
    began: float = field(default_factory=time.monotonic)  # of the whole
    whole: "Tally | None" = None  # counts all this too, and so its bounds hold

    @property
    def round_trips(self) -> int:
        """The longest chain of requests of which each waited for the one before: for its answer or its place."""
        return self.deepest - self.start

    def reach(self, level: int) -> None:
        """An answer came at this place of a chain."""
        self.deepest = max(self.deepest, level)
        if self.whole is not None:
            self.whole.reach(level)

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
        """The last request was answered with a challenge (401): it counts as a token request, and not as a pull."""
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

    def parse(self, values: int) -> None:
        """Count values that are parsed now. Raises OverLimitError when they are too many, and each time after it."""
        self.parsed += values
        if self.whole is not None:
            self.whole.parse(values)
        if self.parsed > CHECK_VALUES_MAX:
            raise OverLimitError(_too_many_values())

    def parse_statement(self, values: int) -> None:
        """The same for statements, which may have more. Raises OverLimitError."""
        self.parsed_of_statements += values
        if self.whole is not None:
            self.whole.parse_statement(values)
        if self.parsed_of_statements > CHECK_STATEMENT_VALUES_MAX:
            most = f"CHECK_STATEMENT_VALUES_MAX = {CHECK_STATEMENT_VALUES_MAX}"
            raise OverLimitError(f"the statements of this check have more than {most} values")

    def require_few_values(self) -> None:
        """Raises TooLargeError when a document was not parsed since there were too many values before it."""
        if self.parsed > CHECK_VALUES_MAX:
            raise TooLargeError(_too_many_values())

    def add_framing(self, count: int) -> None:
        """Count received bytes that were not content. The next request is refused when there were too many."""
        self.framing += count
        if self.whole is not None:
            self.whole.add_framing(count)


def _too_many_values() -> str:
    return f"the documents of this check have more than CHECK_VALUES_MAX = {CHECK_VALUES_MAX} values"


_current: ContextVar[Tally] = ContextVar("tally")
_level: ContextVar[int] = ContextVar("level", default=0)  # the answers, one after the other, that this task has had


def current() -> Tally:
    """The tally of the running check; outside of a check, a new one that is not used."""
    return _current.get(None) or Tally()


def next_level(*, waited: bool) -> int:
    """The place in its chain of a request that is sent now. If it waited for a turn, it follows all answers so far."""
    return (max(_level.get(), current().deepest) if waited else _level.get()) + 1


def level() -> int:
    """How many answers this task has had, one after the other."""
    return _level.get()


def follow(level: int) -> None:
    """What this task asks next follows an answer that another one had at that place of its chain."""
    _level.set(max(_level.get(), level))


def answered(level: int) -> None:
    """The request at that place was answered; what this task asks next follows it."""
    _level.set(level)
    current().reach(level)


def answered_at_once(*, pull: bool = False) -> None:
    """Count a request that needs no network; it has its place in a chain as any other."""
    current().request(pull=pull)
    answered(next_level(waited=False))


def joined() -> None:
    """What this task asks next follows all that was answered: it has waited for other tasks of the same tally."""
    _level.set(max(_level.get(), current().deepest))


@contextmanager
def counting(*, searching: str = "", alone: bool = False) -> Iterator[Tally]:
    """Count everything that is asked of registries inside, tasks included; who counts already goes on doing so.

    `searching`: the digest for whose signatures and attestations is searched; `alone`: for those of no other one.
    """
    whole = _current.get(None)
    start = _level.get() if whole else 0
    began = whole.began if whole else time.monotonic()
    tally = Tally(start=start, deepest=start, searching=searching, alone=alone, began=began, whole=whole)
    token, level = _current.set(tally), _level.set(start)
    try:
        yield tally
    finally:
        _level.reset(level)
        _current.reset(token)
