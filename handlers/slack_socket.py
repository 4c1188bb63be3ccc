"""Socket Mode: Slack's requests come through a WebSocket that we open, so the bot needs no public address.

A link has one address and lives for hours. Before Slack closes it, it says so: then the next link is opened first, and
the old one is read until that one works. Every link has a fresh address, because an unused address is refused soon.
https://docs.slack.dev/apis/events-api/using-socket-mode/
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Final

import aiohttp
import structlog

from bot.slack.transport import Refused, RetryLater
from handlers.slack_link import Link, Receive

log = structlog.get_logger(__name__)

PAUSES: Final = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
"""Seconds before the next attempt to connect, after each failure in a row."""

REFUSED_PAUSE: Final = 60.0
"""Seconds, if Slack refuses the token or the mode: that takes a person."""

OLD_LINK: Final = 10.0
"""Seconds that an old link may take to answer what it has received."""


OpenAddress = Callable[[], Awaitable[str | RetryLater | Refused]]
"""Asks Slack for the address of a link."""

Tell = Callable[[RetryLater | Refused | None], Awaitable[None]]
"""Told of each change: None = connected."""


class SocketMode:
    """Keeps one link open while it runs."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        open_address: OpenAddress,
        receive: Receive,
        tell: Tell,
        *,
        pauses: tuple[float, ...] = PAUSES,
    ) -> None:
        self._session = session
        self._open_address = open_address
        self._receive = receive
        self._tell = tell
        self._pauses = pauses
        self._retiring: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; then what was received is answered, and the link is closed."""
        link: Link | None = None
        try:
            while not stop.is_set():
                newer = await self._connected(stop)
                if link is not None:
                    self._retire(link, stop)
                link = newer
                if link is not None:
                    await first_of(link.ending, stop)
        finally:
            if link is not None:
                self._retire(link, stop)
            if self._retiring:
                await asyncio.wait(self._retiring)

    async def _connected(self, stop: asyncio.Event) -> Link | None:
        """A link that works; None if we are to stop."""
        failures = 0
        while not stop.is_set():
            found = await self._link()
            if isinstance(found, Link):
                log.info("connected to Slack (Socket Mode)")
                await self._tell(None)
                return found
            failures += 1
            pause = self._pause(found, failures)
            log.warning("not connected to Slack", answer=str(found), retry_after=round(pause, 1))
            await self._tell(found)
            await first_of(stop, within=pause)
        return None

    async def _link(self) -> Link | RetryLater | Refused:
        address = await self._open_address()
        if not isinstance(address, str):
            return address
        try:
            return await Link.opened(self._session, address, self._receive)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            return RetryLater(0.0, f"no link to Slack ({type(error).__name__})")

    def _pause(self, failed: RetryLater | Refused, failures: int) -> float:
        pause = self._pauses[min(failures, len(self._pauses)) - 1]
        spread = random.uniform(0.8, 1.2)  # noqa: S311 - many processes must not come back at the same moment
        match failed:
            case RetryLater(seconds):
                return max(pause * spread, seconds)
            case Refused():
                return max(pause, REFUSED_PAUSE) * spread

    def _retire(self, link: Link, stop: asyncio.Event) -> None:
        task = asyncio.create_task(self._retired(link, stop))
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)

    @staticmethod
    async def _retired(link: Link, stop: asyncio.Event) -> None:
        """Slack closes the old link itself; until then it may still send something."""
        await first_of(link.ended, stop, within=OLD_LINK)
        await link.close(within=OLD_LINK)


async def first_of(*events: asyncio.Event, within: float | None = None) -> None:
    """Wait for the first of these events, at most for so many seconds."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, timeout=within, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
