"""Which registries have the referrers API, and which lack it: in this process, and for all that share a store."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from bot.errors import StoreError
from bot.oci.referrer_list import ApiRefusal
from bot.oci.shared_hosts import SharedHosts

CAPABILITY_LIFE: Final = 24 * 3600.0
"""Seconds for which a place counts as one with the API."""

LACKING_LIFE: Final = 3600.0
"""Seconds for which a place counts as one without: a registry that gets the API has new signatures there alone."""

DOUBTFUL_LIFE: Final = 600.0
"""The same for a process that can ask others afterwards: they share it when it was found twice, some minutes apart, and
one answer may come from what stands before a registry."""

RENEWED: Final = 3600.0
"""Seconds after which a list of referrers shows again, for a day from then on, that a place has the API."""

SHARED_SECONDS: Final = 1.0
"""For asking other processes whether a place has the API; asking the registry itself takes no longer."""

CAPABILITIES_MAX: Final = 256
"""Places of which that is remembered; see hosts.place_of."""

T = TypeVar("T")

log = logging.getLogger(__name__)


class ReferrersApis:
    """What is known of places. Nothing here raises: whoever does not know asks the registry."""

    def __init__(self, clock: Callable[[], float], shared: SharedHosts | None) -> None:
        """`clock`: seconds of a clock that only goes forward."""
        self._clock = clock
        self._shared = shared
        self._lacking: OrderedDict[str, tuple[float, ApiRefusal]] = OrderedDict()
        self._having: OrderedDict[str, float] = OrderedDict()

    def is_having(self, place: str) -> bool:
        """Whether a list has shown that the API is there."""
        return self._clock() < self._having.get(place, 0.0)

    def refusal(self, place: str) -> ApiRefusal | None:
        """The answer that has shown that it is not; None when there was none."""
        until, refusal = self._lacking.get(place, (0.0, None))
        return refusal if self._clock() < until else None

    async def recall(self, place: str) -> None:
        """Ask what other processes know."""
        known = None
        if self._shared is not None:
            with _unshared(place):
                async with asyncio.timeout(SHARED_SECONDS):
                    known = await self._shared.referrers_api(place)
        if known is not None:
            self._note(place, known.refusal, seconds=min(known.seconds, CAPABILITY_LIFE))

    async def found(self, place: str) -> None:
        """A list has come."""
        if self._having.get(place, 0.0) < self._clock() + CAPABILITY_LIFE - RENEWED:
            self._note(place, None, seconds=CAPABILITY_LIFE)
            await self._tell(place, None)

    async def missed(self, place: str, refusal: ApiRefusal) -> None:
        """The registry has answered as one without the API does."""
        self._note(place, refusal, seconds=LACKING_LIFE if self._shared is None else DOUBTFUL_LIFE)
        await self._tell(place, refusal)

    def _note(self, place: str, refusal: ApiRefusal | None, *, seconds: float) -> None:
        until = self._clock() + seconds
        if refusal is None:
            _put(self._having, place, until)
        else:
            _put(self._lacking, place, (until, refusal))

    async def _tell(self, place: str, refusal: ApiRefusal | None) -> None:
        """Tell other processes, too."""
        if self._shared is not None:
            with _unshared(place):
                async with asyncio.timeout(SHARED_SECONDS):
                    await self._shared.keep_referrers_api(place, refusal=refusal)


def _put(noted: OrderedDict[str, T], place: str, value: T) -> None:
    """The newest stands last, and the oldest goes when they are too many."""
    noted.pop(place, None)
    noted[place] = value
    if len(noted) > CAPABILITIES_MAX:
        noted.popitem(last=False)


@contextmanager
def _unshared(place: str) -> Iterator[None]:
    try:
        yield
    except (StoreError, TimeoutError) as error:
        log.warning("referrers_api_not_shared", extra={"place": place, "why": str(error) or "no answer in time"})
