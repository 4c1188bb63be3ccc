"""How many requests a host gets at once; all checks of a process share these."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from heapq import heappop, heappush
from itertools import count
from typing import Final
from weakref import WeakValueDictionary

from bot.oci.hosts import authority
from bot.oci.wire.messages import RegistryRequest

HOST_CONCURRENCY: Final = 16
"""With 4, as crane has, requests of one check wait for each other already, and twice as long as they travel."""

HOSTS_CONCURRENCY: Final = {"quay.io:443": 8}
"""Quay takes 50 manifests a second, and closes many connections after one answer."""


class Gate:
    """Lets so many through at once. Who is late waits behind all others, in the order in which they came."""

    def __init__(self, width: int) -> None:
        self._free = width
        self._order = count()
        self._waiting: list[tuple[bool, int, asyncio.Future[None]]] = []

    @asynccontextmanager
    async def turn(self, *, late: bool = False) -> AsyncIterator[bool]:
        """Hold a place while the block runs. Says whether it had to be waited for."""
        waited = self._free <= 0
        if waited:
            await self._wait(late=late)
        else:
            self._free -= 1
        try:
            yield waited
        finally:
            self._leave()

    async def _wait(self, *, late: bool) -> None:
        """Until somebody who leaves hands over their place."""
        place = asyncio.get_running_loop().create_future()
        heappush(self._waiting, (late, next(self._order), place))
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self._leave()
            raise

    def _leave(self) -> None:
        while self._waiting:
            place = heappop(self._waiting)[2]
            if not place.done():
                place.set_result(None)
                return
        self._free += 1


class Gates:
    """A gate per host, and one per host and kind for what is asked one at a time."""

    def __init__(self, width: int = HOST_CONCURRENCY) -> None:
        self._width = width
        # Weak, because anyone may name any number of hosts.
        self._open: WeakValueDictionary[str, Gate] = WeakValueDictionary()

    def of(self, ask: RegistryRequest) -> Gate:
        """The gate in which to have a turn during the exchange."""
        place = authority(ask.url)
        key, width = place, min(self._width, HOSTS_CONCURRENCY.get(place, self._width))
        if ask.gate:
            key, width = f"{ask.gate} {ask.registry if ask.gate == 'token' else place}", 1
        gate = self._open.get(key)
        if gate is None:
            gate = self._open[key] = Gate(width)
        return gate
