"""Brings a thread up to date: the desired messages are stored first, then sent exactly once."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from msgspec import Struct

from bot.errors import PostingError
from bot.slack.destinations import Destination
from bot.slack.sender import ThreadSender
from bot.store.threads import Address, Desired, MessageState, Thread, Threads

CONFLICTS_MAX: Final = 20
"""Attempts to store a plan while other reports change the same thread."""

ThreadPlan: TypeAlias = Callable[[Thread | None], Awaitable[tuple[Desired, ...]]]
"""The messages that a thread as it is now should have; none where nothing is to be said."""


class ThreadChange(Struct, frozen=True):
    """A thread before and after."""

    before: Thread | None
    now: Thread | None


class ThreadRead(Struct, frozen=True):
    """A thread as it was read before what is published, or that there was none."""

    thread: Thread | None


class ThreadUpdater(Struct, frozen=True):
    """Stores and sends what a plan wants."""

    threads: Threads
    sender: ThreadSender

    async def update(
        self,
        place: Destination,
        address: Address,
        plan_for: ThreadPlan,
        *,
        ahead: float = 0.0,
        first: ThreadRead | None = None,
    ) -> ThreadChange:
        """Store the desired messages, then send them. `first` is the thread, if it was read already."""
        change = await self._want(address, plan_for, ahead, first=first, is_posted=place.is_stored)
        before, now = change.before, change.now
        if now is not None and now.is_pending:
            await self.sender.flush(address, place.transport)
            now = await self.threads.get(address)
            # Only sending shows that somebody has deleted the thread; then plan again.
            if now is not None and now.parent.state is MessageState.GONE:
                return ThreadChange(before, (await self.update(place, address, plan_for, ahead=ahead)).now)
        return ThreadChange(before, now)

    async def _want(
        self, address: Address, plan_for: ThreadPlan, ahead: float, *, first: ThreadRead | None, is_posted: bool
    ) -> ThreadChange:
        for _ in range(CONFLICTS_MAX):
            thread = first.thread if first else await self.threads.get(address)
            first = None
            wanted = await plan_for(thread)
            if not wanted:
                return ThreadChange(thread, await self.threads.get(address))
            now = await self.threads.want(address, thread, wanted, ahead=ahead, is_posted=is_posted)
            if now is not None:
                return ThreadChange(thread, now)
        raise PostingError("too many reports on that release at once", code="busy", retry_after=5.0)
