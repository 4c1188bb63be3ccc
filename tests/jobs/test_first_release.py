"""The first release of a group that has wildcards alone: nothing tells which images belong to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.releases import Release
from bot.releases.member import MemberState
from bot.store import Store
from tests.jobs import release_town
from tests.jobs.release_town import FULL, QUAY, WEB, Town, opened

SETTLE = 3600.0
WILD = """
images:
  - match: "{quay.io,docker.io}/demo/*"
    group: demo
    settle: 1h
    complete: COMPLETE
    require: [provenance-missing, provenance-lost]
"""
HUB_ONLY_SISTERS = WILD + "    sisters: [quay.io, docker.io]\n"


@pytest.fixture(params=[WILD, HUB_ONLY_SISTERS], ids=["alone", "sisters"])
async def town(
    store: Store, samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> AsyncIterator[Town]:
    monkeypatch.setattr(release_town, "POLICY", request.param)
    async with opened(store, samples, tmp_path, complete="3h") as one:
        yield one


async def arrives(town: Town, *images: str, version: str) -> Release:
    await town.push(*(f"{image}:{version}" for image in images))
    return await town.release(version)


def waits_until(release: Release) -> float:
    """Seconds after the newest push; each image that comes makes them begin anew."""
    return release.grows_until - max(member.pushed_at for member in release.members)


async def test_each_image_makes_it_wait_for_others(town: Town) -> None:
    """Seen: once a version before the first image was looked up in its registry, the second one was not waited for.

    And where the policy names `sisters`, these were all that it waited for.
    """
    for repository in ("demo/app", "demo/web"):
        town.put(town.quay, "1.0", "min_2p_dflt", repository)
        for registry in (town.quay, town.hub):
            town.put(registry, "1.1", FULL, repository)
    assert waits_until(await arrives(town, QUAY, version="1.1")) == SETTLE
    assert town.quay.count("GET", "/manifests/1.0"), "the version before is looked up"
    assert waits_until(await arrives(town, WEB, version="1.1")) == SETTLE


async def test_its_own_short_name_is_no_release_before_it(town: Town) -> None:
    """Seen: 1.2 came a moment before 1.2.3, which passed then with its first image."""
    town.put(town.quay, "1.2.3")
    town.retag(town.quay, "demo/app", "1.2.3", "1.2")
    await town.push(f"{QUAY}:1.2")
    assert waits_until(await arrives(town, QUAY, version="1.2.3")) == SETTLE
    assert town.teller.releases[-1].is_waiting


async def test_the_second_release_waits_for_what_the_first_one_had(town: Town) -> None:
    for version in ("1.0", "1.1"):
        for repository in ("demo/app", "demo/web"):
            town.put(town.quay, version, FULL, repository)
    await arrives(town, QUAY, WEB, version="1.0")
    release = await arrives(town, QUAY, version="1.1")
    assert not release.grows_until
    assert f"{WEB}:1.1" in {str(one.image) for one in release.having(MemberState.AWAITED, release.opened_at)}


async def test_what_the_release_before_had_is_expected_beside_a_short_name(town: Town) -> None:
    """Seen: 1.2 came a moment before 1.2.3, was taken for the release before it, and had one image so far."""
    for repository in ("demo/app", "demo/web"):
        town.put(town.quay, "1.1.9", FULL, repository)
    await arrives(town, QUAY, WEB, version="1.1.9")
    town.put(town.quay, "1.2.3")
    town.retag(town.quay, "demo/app", "1.2.3", "1.2")
    await town.push(f"{QUAY}:1.2")
    release = await arrives(town, QUAY, version="1.2.3")
    assert release.member(f"{WEB}:1.2.3") is not None
