"""Who refers to a digest: the referrers API, and the fallback tag where that is not to be had.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final
from weakref import WeakValueDictionary

from bot.errors import DanglingTagError, MalformedError, NotFoundError, StoreError, TooLargeError, UnavailableError
from bot.oci import tally
from bot.oci.ambiguity import reading
from bot.oci.caller import Caller
from bot.oci.hosts import place_of
from bot.oci.manifest import MANIFEST_MAX, OCI_INDEX, Content, Descriptor
from bot.oci.reference import Reference, fallback_tag
from bot.oci.referrer_list import read_referrers, require_few
from bot.oci.shared_hosts import SharedHosts
from bot.oci.wire.answers import FORBIDDEN, NOT_FOUND, UNAUTHORIZED, codes, expect
from bot.oci.wire.messages import OK, RegistryRequest, Response
from bot.oci.wire.pages import next_page
from bot.oci.wire.redirects import REDIRECTS

REFERRERS_PAGES_MAX: Final = 10
"""Pages of the API."""

CAPABILITY_LIFE: Final = 24 * 3600.0
"""Seconds for which a place counts as one with the API, or without."""

LACKING_LIFE: Final = 600.0
"""Seconds for which a place counts as one without, for a process that can ask others afterwards: they share it for a
day when it was found twice, some minutes apart, and one answer may come from what stands before a registry."""

RENEWED: Final = 3600.0
"""Seconds after which a list of referrers shows again, for a day from then on, that a place has the API."""

SHARED_SECONDS: Final = 1.0
"""For asking other processes whether a place has the API; asking the registry itself takes no longer."""

CAPABILITIES_MAX: Final = 256
"""Places of which that is remembered; see hosts.place_of."""

LACKING: Final = frozenset({NOT_FOUND, 405, 406, 501}) | REDIRECTS
"""Statuses of registries without the API; GHCR redirects to its web site."""

log = logging.getLogger(__name__)

Sought = Callable[[Reference], Awaitable[Content]]


@dataclass(slots=True, weakref_slot=True)
class _FirstAnswer:
    """The first question to a registry, and where its answer stands in its chain (tally.py)."""

    known: asyncio.Event = field(default_factory=asyncio.Event)
    level: int = 0


class ReferrerSearch:
    """Remembers which registries have the API, and which lack it."""

    def __init__(self, caller: Caller, sought: Sought, shared: SharedHosts | None = None) -> None:
        """`sought` reads the manifest under a tag that is mostly absent. Raises NotFoundError when it is."""
        self._caller = caller
        self._sought = sought
        self._shared = shared
        self._lacking: OrderedDict[str, float] = OrderedDict()
        self._first: WeakValueDictionary[str, _FirstAnswer] = WeakValueDictionary()
        self._having: OrderedDict[str, float] = OrderedDict()

    async def find(self, reference: Reference) -> tuple[Descriptor, ...]:
        """Everybody who refers to `reference.digest`, each once. Raises RegistryError."""
        listed = await self._asked_by_api(reference)
        # Docker Hub answers with an empty list right after a push: not a proof that nothing refers to it.
        return listed or await self._by_tag(reference)

    async def _asked_by_api(self, reference: Reference) -> tuple[Descriptor, ...] | None:
        """The same as `_by_api`. As long as nobody knows whether the API is there, one asks and the others wait."""
        place = place_of(reference)
        if self._is_having(place) or self._is_lacking(place):
            return None if self._is_lacking(place) else await self._by_api(reference)
        if (first := self._first.get(place)) is not None:
            await first.known.wait()
            tally.follow(first.level)
            return None if self._is_lacking(place) else await self._by_api(reference)
        first = self._first[place] = _FirstAnswer()
        try:
            await self._recall(place)
            return None if self._is_lacking(place) else await self._by_api(reference)
        finally:
            first.level = tally.level()
            first.known.set()
            del self._first[place]

    async def _recall(self, place: str) -> None:
        """What other processes know of the place. Raises nothing."""
        known = None
        if self._shared is not None:
            with self._unshared(place):
                async with asyncio.timeout(SHARED_SECONDS):
                    known = await self._shared.referrers_api(place)
        if known is not None:
            self._note(place, has=known.has, seconds=min(known.seconds, CAPABILITY_LIFE))

    async def _tell(self, place: str, *, has: bool) -> None:
        """Tell other processes, too. Raises nothing."""
        if self._shared is not None:
            with self._unshared(place):
                async with asyncio.timeout(SHARED_SECONDS):
                    await self._shared.keep_referrers_api(place, has=has)

    @contextmanager
    def _unshared(self, place: str) -> Iterator[None]:
        try:
            yield
        except (StoreError, TimeoutError) as error:
            log.warning("referrers_api_not_shared", extra={"place": place, "why": str(error) or "no answer in time"})

    def _note(self, place: str, *, has: bool, seconds: float) -> None:
        noted = self._having if has else self._lacking
        noted.pop(place, None)
        noted[place] = self._caller.clock() + seconds
        if len(noted) > CAPABILITIES_MAX:
            noted.popitem(last=False)

    def _is_having(self, place: str) -> bool:
        return self._caller.clock() < self._having.get(place, 0.0)

    def _is_lacking(self, place: str) -> bool:
        return self._caller.clock() < self._lacking.get(place, 0.0)

    async def _by_api(self, reference: Reference) -> tuple[Descriptor, ...] | None:
        """What the API lists; None when it is not to be used."""
        # Without the filter artifactType: several registries get it wrong.
        ask = RegistryRequest(
            registry=reference.registry,
            what=f"the referrers of {reference}",
            url=self._caller.endpoint(reference).url(f"{reference.repository}/referrers/{reference.digest}"),
            headers={"Accept": OCI_INDEX},
            limit=MANIFEST_MAX,
        )
        found: dict[str, Descriptor] = {}
        for _ in range(REFERRERS_PAGES_MAX):
            response = await self._caller.call(reference, ask)
            if not await self._usable(response, place_of(reference)):
                return None
            found |= read_referrers(response.body, what=ask.what, host=reference.registry)
            require_few(len(found), what=ask.what, host=reference.registry)
            url = next_page(response)
            if url is None:
                return tuple(found.values())
            ask = replace(ask, url=url)
        text = f"{ask.what} fill more than REFERRERS_PAGES_MAX = {REFERRERS_PAGES_MAX} pages"
        raise TooLargeError(text, host=reference.registry)

    async def _usable(self, response: Response, place: str) -> bool:
        """Whether it is a list. Raises RegistryError when nobody can tell who refers to the digest."""
        if response.status in (UNAUTHORIZED, FORBIDDEN):
            expect(response)
        if response.status == OK and response.media_type == OCI_INDEX:
            if self._having.get(place, 0.0) < self._caller.clock() + CAPABILITY_LIFE - RENEWED:
                self._note(place, has=True, seconds=CAPABILITY_LIFE)
                await self._tell(place, has=True)
            return True
        # Quay's 400, and a 404 that speaks of the name, are about this digest; all others are about the API.
        if response.status == OK or (response.status in LACKING and not codes(response)):
            if self._is_having(place):
                text = f"{response.ask.what}: the answer ({response.status}) is not one of a registry that has this API"
                raise UnavailableError(text, host=response.ask.registry)
            self._note(place, has=False, seconds=CAPABILITY_LIFE if self._shared is None else LACKING_LIFE)
            await self._tell(place, has=False)
        return False

    async def _by_tag(self, reference: Reference) -> tuple[Descriptor, ...]:
        """What the index under the fallback tag lists."""
        fallback = reference.tagged(fallback_tag(reference.digest))
        try:
            content = await self._sought(fallback)
        except DanglingTagError as error:
            raise UnavailableError(f"the list of referrers is gone: {error}", host=reference.registry) from error
        except NotFoundError:
            return ()
        if not _is_index(content):
            return ()
        with reading(content.digest):
            listed = read_referrers(content.data, what=f"the referrers under {fallback}", host=reference.registry)
        return tuple(listed.values())


def _is_index(content: Content) -> bool:
    try:
        return content.is_index
    except MalformedError:
        return False
