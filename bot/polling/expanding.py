"""Which repositories are polled at this moment: all watches, with namespaces listed once an hour."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

import structlog
from msgspec import Struct, field

from bot.errors import RegistryError
from bot.intake.watch_list import WatchList
from bot.oci import tally
from bot.oci.catalogue.apis import TagApi
from bot.oci.reference import Reference
from bot.polling.targets import Namespace, PollTarget, Refusal, places
from bot.store.polls import REPOSITORIES_MAX

LISTED_FOR: Final = 3600.0
"""Seconds for which a namespace's repositories are known; a failed listing is tried again after a tenth of that."""

LIST_MAX: Final = 30.0
"""Seconds for one namespace; while it is listed, no repository is looked at."""

log = structlog.get_logger(__name__)


class Lister(Protocol):
    """Lists repositories; a catalogue does."""

    def api(self, registry: str) -> TagApi:
        """The API of that registry."""

    async def repositories(self, registry: str, namespace: str) -> tuple[str, ...]:
        """The repositories of the namespace. Raises RegistryError."""


class Listed(Struct):
    """A namespace's repositories, and until when they are known."""

    names: tuple[str, ...]
    until: float


class Expansion(Struct, frozen=True):
    """All targets by name. `is_whole` is False when a namespace could not be listed: then nobody is forgotten."""

    targets: dict[str, PollTarget]
    refusals: tuple[Refusal, ...]
    is_whole: bool


class Expander(Struct):
    """Expands the watches. `now` is the clock of the store."""

    watches: WatchList
    lister: Lister
    now: Callable[[], Awaitable[float]]
    _listed: dict[tuple[str, str], Listed] = field(default_factory=dict)
    _refused: frozenset[str] = frozenset()

    async def expand(self) -> Expansion:
        """Raises StoreError when the watches cannot be read."""
        targets: dict[str, PollTarget] = {}
        refusals: list[Refusal] = []
        is_whole, seen = True, set()
        for watch in await self.watches.all():
            for place, tags in places(watch, self.lister):
                match place:
                    case Refusal():
                        refusals.append(place)
                    case Reference():
                        _add(targets, PollTarget(place, tags))
                    case Namespace():
                        seen.add((place.registry, place.namespace))
                        names = await self._names(place)
                        is_whole = is_whole and names is not None
                        for name in names or ():
                            _add(targets, PollTarget(Reference(place.registry, name, "x"), tags))
        self._listed = {key: listed for key, listed in self._listed.items() if key in seen}
        self._tell(refusals)
        return Expansion(targets, tuple(refusals), is_whole)

    async def _names(self, place: Namespace) -> tuple[str, ...] | None:
        """Those that the glob matches; None when the registry did not list them and never has."""
        key, now = (place.registry, place.namespace), await self.now()
        listed = self._listed.get(key)
        if listed is None or not listed.until - LISTED_FOR <= now < listed.until:
            try:
                async with asyncio.timeout(LIST_MAX):
                    with tally.counting():
                        names = await self.lister.repositories(*key)
                self._listed[key] = listed = Listed(names, now + LISTED_FOR)
            except (RegistryError, TimeoutError) as error:
                why = str(error) or f"it took longer than {LIST_MAX:.0f} s"
                log.warning("a namespace was not listed", registry=key[0], namespace=key[1], why=why)
                self._listed[key] = Listed(listed.names if listed else (), now + LISTED_FOR / 10)
                return self._fitting(place, listed.names) if listed else None
        return self._fitting(place, listed.names)

    @staticmethod
    def _fitting(place: Namespace, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name for name in names if place.holds(name))

    def _tell(self, refusals: list[Refusal]) -> None:
        """Each once."""
        for refusal in refusals:
            if refusal.glob not in self._refused:
                log.warning("a watch is not polled", why=str(refusal))
        self._refused = frozenset(refusal.glob for refusal in refusals)


def _add(targets: dict[str, PollTarget], target: PollTarget) -> None:
    known = targets.get(target.name)
    if known is not None:
        targets[target.name] = known.joined(target)
    elif len(targets) < REPOSITORIES_MAX:
        targets[target.name] = target
    else:
        log.warning("not polled, there are too many repositories", repository=target.name, most=REPOSITORIES_MAX)
