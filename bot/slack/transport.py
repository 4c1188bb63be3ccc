"""The interface of a message transport, and the results of its calls."""

from collections.abc import Mapping, Sequence
from typing import Final, Protocol, TypeAlias

from msgspec import Struct


class Posted(Struct, frozen=True):
    """The message was posted. `ts` is its id."""

    ts: str


class RetryLater(Struct, frozen=True):
    """The message was certainly not posted: rate limited, or Slack not reached. Retry after `seconds`."""

    seconds: float
    why: str


class Unconfirmed(Struct, frozen=True):
    """The message may have been posted: the answer was lost."""

    why: str


class Refused(Struct, frozen=True):
    """The message was refused with `code`; `needed` is the missing scope."""

    code: str
    needed: str = ""


Answer: TypeAlias = Posted | RetryLater | Unconfirmed | Refused


class FoundMessage(Struct, frozen=True):
    """One of our messages: its ts and its revision."""

    ts: str
    rev: int


class OutgoingMessage(Struct, frozen=True):
    """A message to send: `channel` is an id; `thread_ts` is set for a reply, `ts` for an edit.

    A reply that is `broadcast` is shown in the channel, too; Slack takes that only when it is posted.
    """

    channel: str
    text: str
    blocks: Sequence[Mapping[str, object]]
    metadata: Mapping[str, object]
    thread_ts: str = ""
    ts: str = ""
    broadcast: bool = False


class Search(Struct, frozen=True):
    """Where to search for a message that may have been posted. `oldest` in seconds since the epoch."""

    channel: str
    intent: str
    event: str
    oldest: float
    thread_ts: str = ""


class TransportLimits(Struct, frozen=True):
    """The limits of a transport; times in seconds."""

    each: float = 1.0  # between two messages to one channel
    burst: int = 5  # messages without that delay
    looks: tuple[float, ...] = (2.0, 10.0)  # delays before each search for an unconfirmed message
    stale: float = 15.0  # a request that started this long ago has ended
    again: float = 15.0  # default delay before a retry


class Transport(Protocol):
    """Posts messages. No method raises for an error of the other side; the result says it."""

    @property
    def limits(self) -> TransportLimits:
        """The transport's limits."""

    async def post(self, letter: OutgoingMessage) -> Answer:
        """Post a new message."""

    async def update(self, letter: OutgoingMessage) -> Answer:
        """Edit the message with that ts."""

    async def find(self, search: Search) -> FoundMessage | RetryLater | Refused | None:
        """The message with that intent, or None. Refused if the search is not allowed."""

    async def permalink(self, channel: str, ts: str) -> str:
        """The https address of that message, or ""."""


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
"""Refusals of the content: a bug of ours. The plain form is tried once."""

NO_PARENT: Final = frozenset({"thread_not_found", "cannot_reply_to_message"})
NOT_EDITABLE: Final = frozenset({"cant_update_message", "edit_window_closed"})
NOT_HERE: Final = frozenset({"not_in_channel", "channel_not_found"})
