"""Which versions of a group are looked at again, so that nobody pushes the real ones out of the second look. No I/O.

Three versions with high numbers, pushed by mistake or by an attacker, are the newest ones at once. So a version only
takes the place of another one when it has been known for a week and its tags are still there. Until then it is looked
at beside the others. If such versions are never deleted, they have the places for ever: so beside those that have the
places, the newest is looked at that was there a week before the first of them came, and those that came last. Of a
burst of versions, none takes these.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from bot.releases import Release

VERSIONS: Final = 3
"""The newest versions of a group that are looked at again, beside its rolling tags."""

YOUNG: Final = 7 * 24 * 3600.0
"""Seconds after which a version may take the place of another one."""

SEARCHED_MAX: Final = 50
"""Versions of a group that are read for that. A burst of as many is noticed: each of them is told as a release."""


def lasting(newest_first: Iterable[Release], gone: Collection[str], now: float) -> tuple[Release, ...]:
    """The versions that are looked at. `gone` are images whose tag the last look did not find.

    Of those that are young: the newest, and those that were known first. So at most four times VERSIONS and one, beside
    those that are gone.
    """
    young: list[Release] = []
    old: list[Release] = []
    absent: list[Release] = []
    for release in newest_first:
        if _is_gone(release, gone):
            absent.append(release)
        elif now - release.opened_at < YOUNG:
            young.append(release)
        else:
            old.append(release)
    first = sorted(young, key=lambda release: release.opened_at)[:VERSIONS]
    placed, others = old[:VERSIONS], old[VERSIONS:]
    before = _before(placed, others)
    since = [release for release in others if release.opened_at > _came(placed)]
    last = sorted(since, key=lambda release: -release.opened_at)[:VERSIONS]
    chosen = (*absent[:VERSIONS], *young[:VERSIONS], *first, *placed, *last, *before)
    return tuple({release.name: release for release in chosen}.values())


def is_enough(newest_first: Iterable[Release], gone: Collection[str], now: float) -> bool:
    """Whether older versions than these change nothing."""
    old = [one for one in newest_first if not _is_gone(one, gone) and now - one.opened_at >= YOUNG]
    return len(old) >= SEARCHED_MAX or bool(_before(old[:VERSIONS], old[VERSIONS:]))


def _before(placed: Sequence[Release], others: Iterable[Release]) -> tuple[Release, ...]:
    """The newest of the others that was there a week before the first of those that have the places."""
    return next(((release,) for release in others if release.opened_at <= _came(placed) - YOUNG), ())


def _came(placed: Sequence[Release]) -> float:
    """When the first of them came."""
    return min((release.opened_at for release in placed), default=0.0)


def _is_gone(release: Release, gone: Collection[str]) -> bool:
    there = [str(member.image) for member in release.members if member.digest]
    return bool(there) and all(image in gone for image in there)
