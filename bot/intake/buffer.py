"""Pushes that wait in memory while the store is unavailable, for senders that do not send them again.

Quay gives up on a hook after three failed attempts in a row; a release that pushes three tags during an outage of ten
seconds is enough. GitHub and Docker Hub never send a delivery twice. So their pushes are kept here, and stored as soon
as the store answers. What this process holds when it ends is lost, and is named in the log.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

import structlog
from msgspec import Struct, field

from bot.errors import StoreError

BUFFER_MAX: Final = 1000
"""Pushes in memory; beyond them even Quay is answered 503."""

BUFFER_RETRY: Final = 2.0
"""Seconds between two attempts to store them."""

log = structlog.get_logger(__name__)


class BufferedPush(Struct, frozen=True):
    """A push, and what stores it; that raises StoreError while the store is unavailable."""

    image: str
    store: Callable[[], Awaitable[object]]


class Buffer(Struct):
    """The pushes that wait, oldest first."""

    _pushes: deque[BufferedPush] = field(default_factory=deque)
    _some: asyncio.Event = field(default_factory=asyncio.Event)

    def hold(self, push: BufferedPush) -> bool:
        """Keep it; False when it is full."""
        if len(self._pushes) >= BUFFER_MAX:
            return False
        self._pushes.append(push)
        self._some.set()
        return True

    async def run(self) -> None:
        """Store the pushes whenever the store answers, until cancelled."""
        try:
            while True:
                await self._some.wait()
                await self._drain()
                await asyncio.sleep(BUFFER_RETRY)
        finally:
            if self._pushes:
                log.error("buffered pushes are lost", images=[push.image for push in self._pushes])

    async def _drain(self) -> None:
        with suppress(StoreError):
            while self._pushes:
                await self._pushes[0].store()
                self._pushes.popleft()
            self._some.clear()
