"""Which images are watched: by the settings, by the policy, and by people, whose watches are in the store."""

import re
import time
from collections.abc import Callable, Iterable
from typing import Final

from msgspec import Struct, field

from bot.errors import StoreError
from bot.oci.reference import Reference, is_evidence_tag
from bot.policy import Policies
from bot.policy.globs import expand, is_named, is_tag_named, split_glob
from bot.store import Store
from bot.store.watches import StoredWatches, Watch

READ_AGAIN: Final = 5.0
"""Seconds for which the stored watches are known; a new one counts everywhere after that."""

BY_SETTINGS: Final = "PROVENANCE_WATCH"
BY_POLICY: Final = "the policy"


def fixed_watches(settings: Iterable[str], policy: Iterable[str] = ()) -> tuple[Watch, ...]:
    """The watches that do not change while the process runs."""
    named = [*((glob, BY_SETTINGS) for glob in settings), *((glob, BY_POLICY) for glob in policy)]
    return tuple(Watch(glob=glob, who=who) for glob, who in dict(reversed(named)).items())[::-1]


def is_watched_by(watch: Watch, image: Reference) -> bool:
    """Whether that watch is about the image: its tag, too, unless that one only holds evidence about another."""
    if not image.tag or is_evidence_tag(image.tag):
        return any(is_named(split_glob(glob)[0], image) for glob in expand(watch.glob))
    if not is_named(watch.glob, image):
        return False
    return not watch.tags or any(is_tag_named(tag, image.tag) for tag in watch.tags)


class WatchList(Struct):
    """All watches. Without `stored` only the fixed ones."""

    fixed: tuple[Watch, ...] = ()
    stored: StoredWatches | None = None
    clock: Callable[[], float] = time.monotonic
    _known: tuple[Watch, ...] = ()
    _read_at: float = field(default=-READ_AGAIN)

    async def find(self, image: Reference) -> Watch | None:
        """The first watch of that image. Raises StoreError when only a stored one can tell, and none can be read."""
        found = _first(self.fixed, image)
        return found or _first(await self._people(), image)

    async def all(self) -> tuple[Watch, ...]:
        """All of them. Raises StoreError."""
        return (*self.fixed, *await self._people())

    async def _people(self) -> tuple[Watch, ...]:
        if self.stored is None:
            return ()
        if self.clock() - self._read_at >= READ_AGAIN:
            try:
                self._known = tuple(sorted(await self.stored.all(), key=_breadth))
            except StoreError:
                if not self._known:
                    raise
            self._read_at = self.clock()
        return self._known


def watch_list(settings: Iterable[str], policies: Policies, store: Store) -> WatchList:
    """All watches: of the settings, of the policy, and in the store."""
    return WatchList(fixed_watches(settings, policies.watched()), StoredWatches(store))


def _breadth(watch: Watch) -> tuple[bool, int, str]:
    """Names before globs, close ones before wide ones: a channel keeps what it watches by a closer name."""
    name = split_glob(watch.glob)[0]
    literal = len(re.split(r"[*?{]", name, maxsplit=1)[0])
    return literal < len(name), -literal, watch.glob


def _first(watches: Iterable[Watch], image: Reference) -> Watch | None:
    return next((watch for watch in watches if is_watched_by(watch, image)), None)
