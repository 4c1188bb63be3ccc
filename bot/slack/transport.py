"""What the outbox needs of the place that messages go to, and the few ways in which that may end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias


@dataclass(frozen=True, slots=True)
class Posted:
    """It is there. `ts` names the message from now on."""

    ts: str


@dataclass(frozen=True, slots=True)
class RetryLater:
    """It certainly did not happen: rate limited, or nobody reached. Try again in `seconds`."""

    seconds: float
    why: str


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """It may have happened: the answer got lost."""

    why: str


@dataclass(frozen=True, slots=True)
class Refused:
    """It was refused, `code` is the word for it; `needed` the scope that lacks."""

    code: str
    needed: str = ""


Answer: TypeAlias = Posted | RetryLater | Unconfirmed | Refused


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """A message of ours that is there: its ts and its revision."""

    ts: str
    rev: int


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A message ready to go: `channel` by id; `thread_ts` for a reply, `ts` for an edit."""

    channel: str
    text: str
    blocks: Sequence[Mapping[str, object]]
    metadata: Mapping[str, object]
    thread_ts: str = ""
    ts: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """Where to look for a message that may be there. `oldest` in seconds since the epoch."""

    channel: str
    intent: str
    event: str
    oldest: float
    thread_ts: str = ""


@dataclass(frozen=True, slots=True)
class TransportLimits:
    """What a place asks of whoever posts; all in seconds."""

    each: float = 1.0  # between two messages of one channel
    burst: int = 5  # messages that may come at once
    looks: tuple[float, ...] = (2.0, 10.0)  # waits before looking for a message that may be there
    stale: float = 15.0  # after that, a request that was begun has ended somehow
    again: float = 15.0  # when nothing else says when to come back


class Transport(Protocol):
    """Takes messages. No method raises for what the other side does; the answer says it."""

    @property
    def limits(self) -> TransportLimits:
        """How to behave there."""

    async def post(self, letter: OutgoingMessage) -> Answer:
        """A new message."""

    async def update(self, letter: OutgoingMessage) -> Answer:
        """The message with that ts, as it should be now."""

    async def find(self, search: Search) -> FoundMessage | RetryLater | Refused | None:
        """The message with that intent; None when it is not there. Refused when nobody lets us look."""

    async def permalink(self, channel: str, ts: str) -> str:
        """An https address of that message, or "" when there is none."""


TOO_MUCH: Final = frozenset(
    {
        "invalid_blocks",
        "invalid_blocks_format",
        "msg_blocks_too_long",
        "msg_too_long",
        "metadata_too_large",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "block_mismatch",
    },
)
"""Refusals of the content: our own defect; the plain form is tried once."""

NO_PARENT: Final = frozenset({"thread_not_found", "cannot_reply_to_message"})
NOT_EDITABLE: Final = frozenset({"cant_update_message", "edit_window_closed"})
NOT_HERE: Final = frozenset({"not_in_channel", "channel_not_found"})
