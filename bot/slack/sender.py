"""Sends the desired messages from the store: one sender per channel at a time, in the order of the requests.

A sender first sends the older messages of other jobs in the channel, so that rate limits, outages and killed workers do
not change the order.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

import structlog

from bot.errors import PostingError, StoreError
from bot.slack.delivery import deliver
from bot.slack.outgoing import Outgoing
from bot.slack.transport import Transport
from bot.store.threads import Address, MessageState, Thread, Threads
from bot.store.threads.sending import Sending, Turn

log = structlog.get_logger(__name__)

TURN_WAIT_MAX: Final = 30.0
"""Seconds to wait for another sender in the same channel; after that, the job is retried later."""

_LOOK_AGAIN = 0.1


class ThreadSender:
    """Sends threads. Raises PostingError with `retry_after`, and StoreError."""

    def __init__(self, threads: Threads, sending: Sending) -> None:
        self._threads = threads
        self._sending = sending

    async def flush(self, address: Address, transport: Transport) -> None:
        """Send that thread, and before it all threads that have waited longer in its channel."""
        turn = await self._turn(address)
        if turn is None:
            return
        async with self._held(turn):
            while (subject := await self._sending.first_in_line(address)) not in ("", address.subject):
                await self._for_others(Address(address.team, address.channel, subject), transport, turn)
            await self._thread(address, transport, turn)

    @asynccontextmanager
    async def _held(self, turn: Turn) -> AsyncIterator[None]:
        """Renew the lock while the block runs. A killed sender's lock expires soon."""
        done = asyncio.Event()
        keeping = asyncio.create_task(self._keep(turn, done))
        try:
            yield
        finally:
            done.set()  # not cancelled: otherwise a renewal could arrive after the release
            await keeping
            await self._sending.give_back(turn)

    async def _keep(self, turn: Turn, done: asyncio.Event) -> None:
        while not done.is_set():
            with suppress(StoreError):  # the lock is checked again before each call
                await self._sending.keep(turn)
            with suppress(TimeoutError):
                await asyncio.wait_for(done.wait(), self._sending.lock / 3)

    async def _turn(self, address: Address) -> Turn | None:
        """The lock to send; None if another sender has sent our thread meanwhile."""
        deadline = time.monotonic() + TURN_WAIT_MAX
        while (turn := await self._sending.take(address)) is None:
            thread = await self._threads.get(address)
            if thread is None or not thread.is_pending:
                return None
            if time.monotonic() > deadline:
                raise PostingError("another worker posts in that channel", code="busy", retry_after=5.0)
            await asyncio.sleep(_LOOK_AGAIN)
        return turn

    async def _for_others(self, address: Address, transport: Transport, turn: Turn) -> None:
        """Send the thread of another job. A bug in it must not block the channel."""
        try:
            await self._thread(address, transport, turn)
        except PostingError:
            raise
        except Exception as error:
            if isinstance(error, StoreError) and error.retry_after is not None:
                raise
            log.exception("thread not sent, left to its own job", image=address.subject)
            await self._sending.drop(address)

    async def _thread(self, address: Address, transport: Transport, turn: Turn) -> None:
        """Send the parent, then its replies; again if there are new messages meanwhile."""
        while True:
            if not await self._sending.keep(turn):
                raise PostingError("another worker took over", code="stale", retry_after=1.0)
            thread = await self._threads.get(address)
            if thread is not None and thread.is_pending:
                await self._messages(thread, transport, turn)
            elif await self._sending.leave(turn, address.subject, thread.parent.seq if thread else ""):
                return

    async def _messages(self, thread: Thread, transport: Transport, turn: Turn) -> None:
        outgoing = Outgoing(self._sending, transport, turn, thread.address, thread.parent, "")
        parent = await deliver(outgoing) if thread.parent.is_pending else thread.parent
        if parent.state is not MessageState.POSTED:
            return
        for reply in thread.replies:
            if not reply.is_pending:
                continue
            thread_ts = parent.ts if reply.is_reply else ""
            answer = await deliver(Outgoing(self._sending, transport, turn, thread.address, reply, thread_ts))
            if (
                answer.state is MessageState.GONE and thread_ts and not reply.ts
            ):  # the thread is gone: somebody deleted the parent
                await self._sending.gone(turn, thread.address, parent)
                return
