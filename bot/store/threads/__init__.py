"""The Slack threads that the bot wrote: one parent for each (team, channel, release), its replies, and their state.

What is wanted is stored before anything is sent, so the threads can be shown (and sent) whatever happens in between.
"""

from collections.abc import Sequence
from typing import Any, Final

from pydantic_core import to_json

from bot.errors import StoreError
from bot.store import Store, trouble
from bot.store.threads.records import (
    ALARM,
    UNCONFIRMED,
    Address,
    Desired,
    Message,
    MessageState,
    Thread,
    new_intent,
    payload,
    read,
)
from bot.store.threads.scripts import THREAD, WANT

__all__ = ["ALARM", "UNCONFIRMED", "Address", "Desired", "Message", "MessageState", "Thread", "Threads", "new_intent"]

THREAD_TTL: Final = 180 * 24 * 3600
"""Seconds after the last change."""

NEWEST_MAX: Final = 1000
"""Threads that the list of the newest remembers."""


class Threads:
    """Remembers threads. Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._want = store.redis.register_script(WANT)
        self._thread = store.redis.register_script(THREAD)

    async def get(self, address: Address) -> Thread | None:
        """The thread of that image there, or None."""
        with trouble("reading a thread"):
            return _thread(address, await self._thread(keys=[self.key(address), self.parts(address)]))

    async def want(
        self,
        address: Address,
        seen: Thread | None,
        messages: Sequence[Desired],
        *,
        ahead: float = 0.0,
        is_posted: bool = False,
    ) -> Thread | None:
        """Store what should be there: the thread as it is then. None when it has changed since it was `seen`.

        It is sent before those that are wanted in that channel since less than `ahead` seconds. With `is_posted`, being
        stored is being posted: nothing waits to be sent.
        """
        keys = [self.key(address), self.parts(address), self.line(address), self._newest]
        keys += [self.key(address, message.part) for message in messages]
        if seen and any(message.fresh and not message.part for message in messages):
            keys += [self.key(address, reply.part) for reply in seen.replies]
        wanted = to_json([payload(message) for message in messages])  # in a tenth of the time of the standard module
        seq = seen.parent.seq if seen else ""
        with trouble("storing what to post"):
            args = (THREAD_TTL, seq, address.subject, wanted, ahead, int(is_posted), _member(address), NEWEST_MAX)
            stored = await self._want(keys=keys, args=args)
            return _thread(address, stored) if stored else None

    async def at(self, team: str, channel: str, ts: str) -> Thread | None:
        """The thread that the message with that ts belongs to, parent or reply."""
        with trouble("looking for a message"):
            subject = await self._store.redis.get(self.pointer(Address(team, channel, ""), ts))
        return await self.get(Address(team, channel, str(subject))) if subject else None

    async def newest(self, limit: int = 50) -> list[Thread]:
        """The threads that changed last, newest first, in whatever channel; what cannot be read is left out."""
        with trouble("listing threads"):
            members = await self._store.redis.zrevrange(self._newest, 0, limit - 1)
        found = [await self._get_or_none(Address(*str(member).split(" ", 2))) for member in members]
        return [thread for thread in found if thread is not None]

    async def forget(self, address: Address) -> None:
        """Not in the list of the newest any more."""
        with trouble("listing threads"):
            await self._store.redis.zrem(self._newest, _member(address))

    async def _get_or_none(self, address: Address) -> Thread | None:
        try:
            return await self.get(address)
        except StoreError as error:
            if error.retry_after is None:  # this record is broken, the list is not
                return None
            raise

    def key(self, address: Address, part: str = "") -> str:
        """Of a message's record."""
        kind = "reply" if part else "parent"
        return self._store.key("slack", kind, address.slot, address.subject, *([part] if part else []))

    def line(self, address: Address) -> str:
        """Of the threads in a channel that wait to be sent."""
        return self._store.key("slack", "line", address.slot)

    def pointer(self, address: Address, ts: str) -> str:
        """Of what a ts belongs to."""
        return self._store.key("slack", "ts", address.slot, ts)

    def parts(self, address: Address) -> str:
        """Of the names of a thread's replies, in their order."""
        return self._store.key("slack", "parts", address.slot, address.subject)

    @property
    def _newest(self) -> str:
        return self._store.key("slack", "newest")


def _member(address: Address) -> str:
    return f"{address.team} {address.channel} {address.subject}"


def _thread(address: Address, found: Sequence[Sequence[Any]]) -> Thread | None:
    """As a script answers it: the parent, and the replies."""
    parent, replies = found
    if not parent:
        return None
    return Thread(address, read(_record(parent)), tuple(read(_record(reply)) for reply in replies))


def _record(flat: Sequence[str]) -> dict[str, str]:
    """A hash as a script answers it: fields and values in turn."""
    return dict(zip(flat[::2], flat[1::2], strict=True))
