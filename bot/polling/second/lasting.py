"""Which versions of a group are looked at again, so that nobody pushes the real ones out of the second look. No I/O.

Three versions with high numbers, pushed by mistake or by an attacker, are the newest ones at once. So a version only
takes the place of another one when it has been known for a week and its tags are still there. Until then it is looked
at beside the others.
"""

from collections.abc import Collection, Iterable
from typing import Final

from bot.releases import Release

VERSIONS: Final = 3
"""The newest versions of a group that are looked at again, beside its rolling tags."""

YOUNG: Final = 7 * 24 * 3600.0
"""Seconds after which a version may take the place of another one."""


def lasting(newest_first: Iterable[Release], gone: Collection[str], now: float) -> tuple[Release, ...]:
    """The versions that are looked at. `gone` are images whose tag the last look did not find.

    Of those that are young: the newest, and those that were known first. So at most three times VERSIONS, beside those
    that are gone.
    """
    young: list[Release] = []
    old: list[Release] = []
    absent: list[Release] = []
    for release in newest_first:
        if _is_gone(release, gone):
            absent.append(release)
        elif now - release.opened_at < YOUNG:
            young.append(release)
        elif len(old) < VERSIONS:
            old.append(release)
    first = sorted(young, key=lambda release: release.opened_at)[:VERSIONS]
    chosen = (*absent[:VERSIONS], *young[:VERSIONS], *first, *old)
    return tuple({release.name: release for release in chosen}.values())


def is_enough(newest_first: Iterable[Release], gone: Collection[str], now: float) -> bool:
    """Whether older versions than these change nothing."""
    old = (one for one in newest_first if not _is_gone(one, gone) and now - one.opened_at >= YOUNG)
    return sum(1 for _ in old) >= VERSIONS


def _is_gone(release: Release, gone: Collection[str]) -> bool:
    there = [str(member.image) for member in release.members if member.digest]
    return bool(there) and all(image in gone for image in there)
