"""Work that waits in memory while the store is away, for senders that would rather switch us off than wait.

Quay gives up on a hook after three failed attempts in a row; a release that pushes three tags during an outage of ten
seconds is enough. So its deliveries are taken, and stored as soon as the store is back. What this process holds when
it ends is lost, and is named in the log.
"""

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import structlog

from bot.errors import StoreError
from bot.intake.job import CheckJob, JobQueue

HELD_MAX: Final = 1000
"""Jobs in memory; beyond them even Quay hears 503."""

HELD_RETRY: Final = 2.0
"""Seconds between two looks at whether the store is back."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Enqueue:
    """One call of JobQueue.enqueue."""

    job: CheckJob
    key: str
    delivery: str
    delay: float

    async def into(self, queue: JobQueue) -> bool:
        """Raises StoreError."""
        return await queue.enqueue(self.job, key=self.key, delivery=self.delivery, delay=self.delay)


@dataclass(slots=True)
class Buffer:
    """The waiting calls, oldest first."""

    queue: JobQueue
    _calls: deque[Enqueue] = field(default_factory=deque)
    _some: asyncio.Event = field(default_factory=asyncio.Event)

    def hold(self, call: Enqueue) -> bool:
        """Keep it; False when there is no room left."""
        if len(self._calls) >= HELD_MAX:
            return False
        self._calls.append(call)
        self._some.set()
        return True

    async def run(self) -> None:
        """Bring the buffer calls to the store whenever it is back, until cancelled."""
        try:
            while True:
                await self._some.wait()
                await self._drain()
                await asyncio.sleep(HELD_RETRY)
        finally:
            if self._calls:
                log.error("buffer deliveries are lost", images=[call.job.image for call in self._calls])

    async def _drain(self) -> None:
        with suppress(StoreError):
            while self._calls:
                await self._calls[0].into(self.queue)
                self._calls.popleft()
            self._some.clear()
