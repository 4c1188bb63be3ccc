"""How many requests a host gets at once; all checks of a process share these, and processes share the most of it."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from typing import Final
from weakref import WeakValueDictionary

from msgspec import Struct

from bot.errors import StoreError
from bot.oci.hosts import authority
from bot.oci.shared_hosts import SharedHosts
from bot.oci.wire.messages import RegistryRequest
from bot.oci.wire.width import Width

HOST_CONCURRENCY: Final = 16
"""At first. With 4, as crane has, requests of one check wait for each other, and twice as long as they travel."""

HOST_CONCURRENCY_MAX: Final = 64
"""At most, of all processes that share a store; a batch of images has no use for more."""

HOSTS_CONCURRENCY: Final = {"quay.io:443": 8, "registry-1.docker.io:443": 16}
"""The most for some hosts. Quay takes 50 manifests a second, and closes many connections after one answer; Docker Hub
refuses bursts."""

KINDS: Final = {"token": 1, "tags": 4}
"""Requests at once of some kinds. A token serves all who wait for it; a list of tags is dear for a registry."""

PLACES_MAX: Final = 256
"""Hosts whose widths are remembered."""

SHARED_EVERY: Final = 5.0
"""Seconds between two questions how many processes ask a host."""

SHARED_SECONDS: Final = 1.0
"""For that question: whoever waits for it waits for a registry."""

log = logging.getLogger(__name__)


class Gate:
    """Lets so many through at once. Who is late waits behind all others, in the order in which they came."""

    def __init__(self, width: Width) -> None:
        self._width = width
        self._inside = 0
        self._order = count()
        self._waiting: list[tuple[bool, int, asyncio.Future[None]]] = []

    @property
    def places(self) -> int:
        """Requests at once."""
        return self._width.places

    def turn(self, *, late: bool = False) -> "GateTurn":
        """Holds a place while the block runs. Says whether it had to be waited for."""
        return GateTurn(self, late=late)

    async def enter(self, *, late: bool) -> bool:
        """Take a place; see `turn`. Whoever has one leaves."""
        waited = self._inside >= self.places
        if waited:
            await self._wait(late=late)
        else:
            self._inside += 1
        return waited

    def answered(self, seconds: float) -> None:
        """A request inside was answered after so long."""
        self._width.answered(seconds, wanted=bool(self._waiting))
        self._admit()

    async def _wait(self, *, late: bool) -> None:
        """Until somebody who leaves hands over their place."""
        place = asyncio.get_running_loop().create_future()
        heappush(self._waiting, (late, next(self._order), place))
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self.leave()
            raise

    def leave(self) -> None:
        """Give the place back; see `turn`."""
        self._inside -= 1
        self._admit()

    def _admit(self) -> None:
        """Hand free places to those who wait."""
        while self._waiting and self._inside < self.places:
            place = heappop(self._waiting)[2]
            if not place.done():
                self._inside += 1
                place.set_result(None)


class GateTurn:
    """One turn in a gate. Not a generator: each request has one, and this takes half the time."""

    __slots__ = ("_gate", "_late")

    def __init__(self, gate: Gate, *, late: bool) -> None:
        self._gate = gate
        self._late = late

    async def __aenter__(self) -> bool:
        return await self._gate.enter(late=self._late)

    async def __aexit__(self, *_: object) -> None:
        self._gate.leave()


class _Place(Struct):
    """What is remembered of a host."""

    width: Width
    most: int
    shared_at: float = float("-inf")


class Gates:
    """A gate per host, and one per host and kind for what few may ask at once."""

    def __init__(
        self,
        width: int = HOST_CONCURRENCY,
        most: int = HOST_CONCURRENCY_MAX,
        shared: SharedHosts | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._start, self._most = min(width, most), most
        self._shared = shared
        self._clock = clock
        self._places: OrderedDict[str, _Place] = OrderedDict()
        # Weak, because anyone may name any number of hosts.
        self._open: WeakValueDictionary[str, Gate] = WeakValueDictionary()

    def of(self, ask: RegistryRequest) -> Gate:
        """The gate in which to have a turn during the exchange."""
        place = authority(ask.url)
        key = f"{ask.gate} {ask.registry if ask.gate == 'token' else place}" if ask.gate else place
        gate = self._open.get(key)
        if gate is None:
            width = Width(KINDS[ask.gate], KINDS[ask.gate]) if ask.gate else self._place(place).width
            gate = self._open[key] = Gate(width)
        return gate

    async def share(self, ask: RegistryRequest) -> None:
        """Ask now and again how much of the host's width is for this process. Raises nothing."""
        if self._shared is not None and not ask.gate:
            name = authority(ask.url)
            place = self._place(name)
            if self._clock() >= place.shared_at + SHARED_EVERY:
                place.shared_at = self._clock()  # others do not wait for this answer
                await self._ask_share(name, place, refused=False)

    async def refused(self, ask: RegistryRequest) -> None:
        """The host answered 429: fewer at once from now on, for all processes. Raises nothing."""
        name = authority(ask.url)
        place = self._place(name)
        if place.width.refused():
            await self._ask_share(name, place, refused=True)

    async def _ask_share(self, name: str, place: _Place, *, refused: bool) -> None:
        if self._shared is None:
            return
        try:
            async with asyncio.timeout(SHARED_SECONDS):
                place.width.most = await self._shared.share(name, place.most, refused=refused)
        except (StoreError, TimeoutError) as error:
            log.warning("registry_width_not_shared", extra={"host": name, "why": str(error) or "no answer in time"})

    def _place(self, name: str) -> _Place:
        place = self._places.get(name)
        if place is None:
            most = min(self._most, HOSTS_CONCURRENCY.get(name, self._most))
            place = self._places[name] = _Place(Width(self._start, most), most)
        self._places.move_to_end(name)
        if len(self._places) > PLACES_MAX:
            self._places.popitem(last=False)
        return place
