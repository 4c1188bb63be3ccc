"""What a HEAD that says no means at a place: whether the same answer comes for what is surely there, or surely is not.

Some registries and proxies answer 404, 403 or 405 to every HEAD, and give with a GET what is there. Artifactory's
virtual repositories answer 403 for a tag that is absent. So a search sends one HEAD an hour to each place for what is
there, unless a 404 is known to mean absent (PLAIN). Outside of a search, a refused HEAD means something once another
HEAD to that place has succeeded.
"""

import asyncio
import secrets
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final
from weakref import WeakValueDictionary

from bot.errors import RegistryError
from bot.oci import tally
from bot.oci.hosts import place_of
from bot.oci.reference import Reference, is_evidence_tag
from bot.oci.wire.answers import NOT_FOUND
from bot.oci.wire.messages import OK, Response

REFUSING: Final = frozenset({401, 403, 404})
"""Answers to a HEAD that may be meant for every HEAD. After 405 and 501 it is asked with a GET anyway."""

NO: Final = REFUSING | {405, 501}

PLAIN: Final = frozenset({"docker.io", "ghcr.io", "quay.io"})
"""Registries whose 404 to a HEAD means absent: containerd and Docker begin each pull with one, and believe it."""

LIFE: Final = 3600.0
"""Seconds for which it is remembered."""

PLACES_MAX: Final = 256
"""Places of which it is remembered."""

Ask = Callable[[Reference], Awaitable[Response]]


def is_sought(reference: Reference) -> bool:
    """Whether a search asks for a tag of evidence."""
    return bool(tally.current().searching) and not reference.digest and is_evidence_tag(reference.tag)


class HeadTrust:
    """Remembers for each place whether its answers to a HEAD mean anything."""

    def __init__(self, ask: Ask, read: Ask) -> None:
        """`ask` sends a HEAD, `read` a GET, and both return any answer; they may raise RegistryError."""
        self._ask = ask
        self._read = read
        self._known: OrderedDict[str, tuple[bool, float]] = OrderedDict()  # and until when, time.monotonic()
        self._hiding: OrderedDict[str, tuple[bool, float]] = OrderedDict()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @staticmethod
    def is_plain(reference: Reference) -> bool:
        """Whether a 404 to a HEAD is known to mean that it is absent."""
        return reference.registry in PLAIN

    def note(self, reference: Reference) -> None:
        """A HEAD found something there."""
        self._remember(self._known, place_of(reference), True)  # noqa: FBT003

    async def finds(self, reference: Reference) -> bool:
        """Whether a HEAD finds it at this moment. Raises RegistryError."""
        return (await self._ask(reference)).status == OK

    def is_meant(self, reference: Reference) -> bool:
        """Whether a HEAD found something at that place within the hour."""
        known, until = self._known.get(place_of(reference), (False, 0.0))
        return known and time.monotonic() < until

    async def beside(self, reference: Reference, head: Awaitable[Response]) -> Response:
        """The answer to that HEAD. What answers mean there is asked at the same time, when nobody knows it yet."""
        if not is_sought(reference) or self.is_plain(reference) or self._is_known(place_of(reference)):
            return await head
        meaning = asyncio.ensure_future(self.means(reference))
        try:
            response = await head
            await meaning
        finally:
            meaning.cancel()
        return response

    def _is_known(self, place: str) -> bool:
        return time.monotonic() < self._known.get(place, (True, 0.0))[1]

    async def means(self, reference: Reference, *, afresh: bool = False) -> tuple[bool | None, int]:
        """Whether a HEAD means something there, and where that answer stands in its chain (tally.py). Raises nothing.

        Asked about the image that the search is about, which was read a moment ago. None when nobody can tell, as where
        a GET does not find it either: a gateway answers for a registry that is down, or the image was deleted.
        `afresh`: as it is at this moment, whatever was seen within the hour.
        """
        place = place_of(reference)
        lock = self._locks.setdefault(place, asyncio.Lock())
        async with lock:
            known, until = self._known.get(place, (True, 0.0))
            if time.monotonic() < until and not (known and afresh):
                return known, 0
            try:
                image = reference.at(tally.current().searching)
                status = (await self._ask(image)).status
                if status == NOT_FOUND and (await self._read(image)).status != OK:
                    return None, tally.level()
            except RegistryError:
                return None, tally.level()
            if status != OK and (afresh or status not in NO):
                return None, tally.level()
            self._remember(self._known, place, status == OK)
            return status == OK, tally.level()

    async def hides_absence(self, reference: Reference) -> bool:
        """Whether it refuses a tag that nobody can have pushed, as it refused this one. Raises nothing."""
        place = place_of(reference)
        async with self._locks.setdefault(place, asyncio.Lock()):
            known, until = self._hiding.get(place, (False, 0.0))
            if time.monotonic() < until:
                return known
            try:
                status = (await self._ask(reference.tagged(f"sha256-{secrets.token_hex(32)}.sig"))).status
            except RegistryError:
                return False
            self._remember(self._hiding, place, status in REFUSING - {404})
            return status in REFUSING - {404}

    @staticmethod
    def _remember(places: OrderedDict[str, tuple[bool, float]], place: str, answer: bool) -> None:  # noqa: FBT001
        places[place] = answer, time.monotonic() + LIFE
        places.move_to_end(place)
        if len(places) > PLACES_MAX:
            places.popitem(last=False)
