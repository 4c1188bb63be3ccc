"""Which images are looked at a second time: all rolling tags of each group, and the newest of its versions."""

import random
from collections.abc import Callable, Iterable
from typing import Final

import structlog
from msgspec import Struct

from bot.errors import StoreError
from bot.intake.watch_list import WatchList
from bot.policy import Policies
from bot.polling.second.lasting import is_enough, lasting
from bot.polling.second.outcomes import Reason
from bot.releases import Release, ReleaseName
from bot.store.releases import Releases
from bot.store.second_looks import IMAGES_MAX, SecondLooks

VERSIONS_MAX: Final = 100
"""Versions of a group that are looked through, the newest; whoever may push tags can make thousands."""

log = structlog.get_logger(__name__)


class SecondPlan(Struct):
    """`chance` from 0 to 1 spreads the first looks over the time between two."""

    releases: Releases
    looks: SecondLooks
    watches: WatchList
    policies: Policies
    chance: Callable[[], float] = random.random

    async def make(self, now: float) -> tuple[dict[str, float], float]:
        """The first look at each image, in seconds since the epoch, and the longest time between two.

        Raises StoreError.
        """
        planned: dict[str, float] = {}
        longest = 0.0
        for release in await self._releases(now):
            for member in release.members:
                every = self.policies.for_image(member.image).watch
                if every and member.checked_at and member.digest and await self.watches.find(member.image):
                    planned[str(member.image)] = now + every * self.chance()
                    longest = max(longest, every)
        return planned, longest

    async def _releases(self, now: float) -> list[Release]:
        """All rolling tags of each group, and those of its versions that are looked at again."""
        known = await self.releases.newest()
        found = await self._loaded(name for name in known if name.is_rolling)
        opened = await self.looks.open(IMAGES_MAX)
        gone = {image for image, text in opened.items() if text.endswith(f" {Reason.TAG_GONE}")}
        for group in dict.fromkeys(name.group for name in known if not name.is_rolling):
            newest: list[Release] = []
            for version in (await self.releases.versions(group))[:VERSIONS_MAX]:
                newest += await self._loaded([ReleaseName(group, version)])
                if is_enough(newest, gone, now):
                    break
            found += lasting(newest, gone, now)
        return found

    async def _loaded(self, names: Iterable[ReleaseName]) -> list[Release]:
        """Those that can be read."""
        found = []
        for name in names:
            try:
                release = await self.releases.load(name)
            except StoreError as error:
                if error.retry_after is not None:
                    raise
                log.warning("release left out of the second look", release=str(name), why=str(error))
                continue
            found += [release] if release else []
        return found
