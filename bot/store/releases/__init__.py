"""The releases that are known, each with its members, and the versions of each group.

One hash a release and two sorted sets: nothing here grows with the number of releases but the memory that they take.
"""

import asyncio
import random
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from bot.errors import MalformedError, StoreError
from bot.releases import Release, ReleaseName
from bot.releases.arriving import Arrival, MemberCheck, joined, recorded
from bot.releases.baseline import earlier_versions
from bot.releases.names import Placement
from bot.releases.versions import is_of_one_build, order
from bot.store.atomic import Atomic
from bot.store.connection import Store, trouble
from bot.store.releases.records import fields_of, release_of
from bot.values import replace

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.asyncio.client import Pipeline

RELEASE_TTL: Final = 180 * 24 * 3600
"""Seconds after the last event; as long as reports and threads are remembered."""

VERSIONS_MAX: Final = 500
"""Versions and families of one group, those with the newest events; a group with a release a week has 50 a year."""

RELEASES_MAX: Final = 2000
"""Releases in the list of the newest."""

COMPLETE: Final = 3 * 3600.0
"""Seconds; the policy's `complete` where nobody says another one."""

ATTEMPTS: Final = 100
"""To change a release while others do; each conflict means that another one got through."""

Change = Callable[[Release | None], Release]


class Releases:
    """Remembers releases. Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._atomic = Atomic(store.redis)

    async def join(self, arrival: Arrival) -> Release:
        """A tag was pushed: its release is opened, or it joins it."""
        return await self._change(arrival.placement, arrival.at, lambda release: joined(release, arrival))

    async def record(self, check: MemberCheck, *, complete: float = COMPLETE) -> Release:
        """An image was checked. An older check than the one that is known changes nothing."""
        return await self._change(
            check.placement,
            0.0 if check.is_quiet else check.checked_at,
            lambda release: recorded(release, check, complete=complete),
        )

    async def load(self, name: ReleaseName) -> Release | None:
        """That release, its members in the order of their names."""
        with trouble("reading a release"):
            return release_of(name, await _fields(self._store.redis, self._key(name)))

    async def versions(self, group: str) -> tuple[str, ...]:
        """The group's versions, newest first; rolling tags are none."""
        found = {version for version, _ in await self._versions(group)}
        return tuple(sorted(found, key=order, reverse=True))

    async def lately(self, group: str, count: int) -> tuple[str, ...]:
        """The group's versions in which something happened last, whatever their order."""
        with trouble("reading the versions of a group"):
            found = await self._store.redis.zrevrange(self._store.key("versions", group), 0, 4 * count - 1)
        versions = dict.fromkeys(str(text).partition(" ")[0] for text in found)  # one entry for each family
        return tuple(versions)[:count]

    async def before(self, name: ReleaseName, family: str | None = None) -> ReleaseName | None:
        """The newest earlier version of the group, with a member of that family if one is named."""
        if name.is_rolling:
            return None
        versions = [version for version, its in await self._versions(name.group) if family in {None, its}]
        earlier = earlier_versions(name.version, versions)
        return ReleaseName(name.group, earlier[0]) if earlier else None

    async def newest(self) -> tuple[ReleaseName, ...]:
        """All releases, that in which something happened last first."""
        with trouble("listing releases"):
            listed = await self._store.redis.zrevrange(self._store.key("releases"), 0, RELEASES_MAX - 1)
        return tuple(name for text in listed if (name := _name(str(text))) is not None)

    async def alias(self, other: ReleaseName, told: ReleaseName | None, *, listed: bool = True) -> None:
        """The first has the digests of the second, or of none; it is told as the other name of that one.

        Not `listed` when it had them, and was told there.
        """
        for _ in range(ATTEMPTS):
            if await self._try_alias(other, told, listed=listed):
                return
            await _pause()
        raise _busy(other)

    async def _try_alias(self, other: ReleaseName, told: ReleaseName | None, *, listed: bool) -> bool:
        own = await self.load(other)
        if own is None or (own.told_as == told and not (told and _lists_builds(told))):
            return True
        names = [name for name in (other, own.told_as, told) if name is not None]
        with trouble("saving a release"):
            seen = {name: await _fields(self._store.redis, self._key(name)) for name in names}
            async with self._store.redis.pipeline(transaction=True) as pipe:
                for name, fields in seen.items():
                    release = release_of(name, fields)
                    if release is not None:
                        _put(pipe, self._key(name), fields_of(_aliased(release, other, told, listed=listed)))
                return await self._atomic.run(pipe, {self._key(name): fields for name, fields in seen.items()})

    async def _change(self, placement: Placement, at: float, change: Change) -> Release:
        for _ in range(ATTEMPTS):
            changed = await self._try_change(placement, at, change)
            if changed is not None:
                return changed
            await _pause()
        raise _busy(placement.release)

    async def _try_change(self, placement: Placement, at: float, change: Change) -> Release | None:
        """The release as it is now; None when another process changed it meanwhile."""
        name = placement.release
        key = self._key(name)
        with trouble("saving a release"):
            before = await _fields(self._store.redis, key)
            release = change(release_of(name, before))
            after = fields_of(release)
            fields = {field: text for field, text in after.items() if before.get(field) != text}
            async with self._store.redis.pipeline(transaction=True) as pipe:
                if fields:
                    _put(pipe, key, fields)
                if gone := before.keys() - after.keys():
                    pipe.hdel(key, *gone)
                pipe.expire(key, RELEASE_TTL)
                self._remember(pipe, placement, at)
                return release if await self._atomic.run(pipe, {key: before}) else None

    def _remember(self, pipe: "Pipeline", placement: Placement, at: float) -> None:
        name, releases = placement.release, self._store.key("releases")
        pipe.zadd(releases, {str(name): at}, gt=True)
        pipe.zremrangebyrank(releases, 0, -RELEASES_MAX - 1)
        pipe.expire(releases, RELEASE_TTL)
        if not name.is_rolling:
            versions = self._store.key("versions", name.group)
            pipe.zadd(versions, {f"{name.version} {placement.family}": at}, gt=True)
            pipe.zremrangebyrank(versions, 0, -VERSIONS_MAX - 1)
            pipe.expire(versions, RELEASE_TTL)

    async def _versions(self, group: str) -> list[tuple[str, str]]:
        """Each version with a family that it has."""
        with trouble("reading the versions of a group"):
            found = await self._store.redis.zrange(self._store.key("versions", group), 0, -1)
        pairs = (str(text).partition(" ") for text in found)
        return [(version, family) for version, _, family in pairs]

    def _key(self, name: ReleaseName) -> str:
        return self._store.key("release", str(name))


async def _fields(redis: "Redis", key: str) -> dict[str, str]:
    return {str(field): str(text) for field, text in (await redis.hgetall(key)).items()}


def _put(pipe: "Pipeline", key: str, fields: Mapping[str, str]) -> None:
    pipe.hset(key, items=[part for pair in fields.items() for part in pair])


def _lists_builds(name: ReleaseName) -> bool:
    """A day lists the commits that it stands for now; one that has a thread there keeps that."""
    return name.is_rolling and is_of_one_build(name.version)


def _aliased(release: Release, other: ReleaseName, told: ReleaseName | None, *, listed: bool) -> Release:
    """A rolling tag that moves does not list its other names: each of its builds may have one, and keeps it."""
    if release.name == other:
        return replace(release, alias_of=told.in_group if told else "")
    aliases = {alias for alias in release.aliases if alias != other.version}
    if listed and release.name == told and (not told.is_rolling or _lists_builds(told)):
        aliases |= {other.version}
    return replace(release, aliases=tuple(sorted(aliases)))


def _name(text: str) -> ReleaseName | None:
    try:
        return ReleaseName.parse(text)
    except MalformedError:
        return None


def _busy(name: ReleaseName) -> StoreError:
    return StoreError(f"the release {name.title} is changed by others all the time")


async def _pause() -> None:
    """Not all at the same moment."""
    await asyncio.sleep(random.uniform(0.0, 0.05))  # noqa: S311 - no secret
