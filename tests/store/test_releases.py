"""Releases come back as they were saved; two processes on one release end in the right state."""

import asyncio
from itertools import permutations

import pytest

from bot.errors import StoreError
from bot.oci.reference import Reference
from bot.releases import Placement, Release, ReleaseName, ReleaseState
from bot.releases.arriving import Arrival, MemberCheck
from bot.releases.expected import MEMBERS_MAX, ExpectedMember
from bot.releases.member import ExpectedBy, MemberState
from bot.report import Verdict
from bot.store import Store
from bot.store import releases as limits
from bot.store.connection import connect
from bot.store.releases import Releases
from bot.values import replace
from tests.making import digest

A, B = digest("a"), digest("b")
NAME = ReleaseName("acme/app", "1.0")


def placed(repository: str = "app", *, version: str = "1.0", family: str = "", rolling: bool = False) -> Placement:
    image = Reference("quay.io", f"acme/{repository}", version + family)
    return Placement(image, ReleaseName("acme/app", version, is_rolling=rolling), family)


def judged(placement: Placement, verdict: Verdict = Verdict.PASS, *, content: str = A, at: float = 60.0) -> MemberCheck:
    return MemberCheck(placement, content, verdict, checked_at=at, pushed_at=10.0, settled_at=610.0)


async def test_a_push_opens_a_release_and_others_join_it(store: Store) -> None:
    releases = Releases(store)
    expected = (ExpectedMember(placed("web"), ExpectedBy.POLICY),)
    opened = await releases.join(Arrival(placed(), 10.0, expected=expected))
    await releases.join(Arrival(placed(family="-native"), 20.0, expected=expected))
    found = await releases.load(NAME)
    assert found is not None
    assert (found.opened_at, found.completes_at) == (10.0, 10_810.0)
    assert opened.members == (found.members[0], found.members[2])
    states = {member.image.repository + member.image.tag: member.state(30.0) for member in found.members}
    assert states == {
        "acme/app1.0": MemberState.SETTLING,
        "acme/app1.0-native": MemberState.SETTLING,
        "acme/web1.0": MemberState.AWAITED,
    }


async def test_a_check_is_recorded_and_comes_back(store: Store) -> None:
    releases = Releases(store)
    await releases.join(Arrival(placed(), 10.0))
    saved = await releases.record(judged(placed()))
    assert await releases.load(NAME) == saved
    assert saved.state(60.0) is ReleaseState.JUDGED
    assert saved.verdict is saved.first_verdict is Verdict.PASS
    failed = await releases.record(judged(placed(), Verdict.FAIL, at=70.0))
    assert failed.state(70.0) is ReleaseState.CHANGED


async def test_what_was_checked_and_never_pushed_belongs_to_its_release_too(store: Store) -> None:
    releases = Releases(store)
    await releases.record(MemberCheck(placed(), A, Verdict.WARN, checked_at=5.0), complete=60.0)
    found = await releases.load(NAME)
    assert found is not None
    assert (found.completes_at, found.state(5.0)) == (65.0, ReleaseState.JUDGED)


async def test_a_member_whose_place_was_taken_is_stored_no_more(store: Store) -> None:
    releases = Releases(store)
    expected = tuple(ExpectedMember(placed(f"app-{n:03}"), ExpectedBy.POLICY) for n in range(MEMBERS_MAX - 1))
    full = await releases.join(Arrival(placed(), 10.0, expected=expected))
    assert (len(full.members), full.is_cut) == (MEMBERS_MAX, False)
    saved = await releases.record(judged(placed("web"), Verdict.FAIL))
    assert saved.is_cut
    assert await releases.load(NAME) == saved


async def test_an_older_check_takes_nothing_back(store: Store) -> None:
    releases = Releases(store)
    new = await releases.record(judged(placed(), Verdict.FAIL, at=100.0))
    assert await releases.record(judged(placed(), Verdict.PASS, at=50.0)) == new


async def test_a_tag_that_is_pushed_again_by_mistake_and_back_has_not_moved(store: Store) -> None:
    releases = Releases(store)
    await releases.record(judged(placed(), content=A, at=1.0))
    moved = await releases.record(judged(placed(), content=B, at=2.0))
    assert (moved.members[0].first_digest, moved.members[0].earlier_digest) == (A, A)
    back = await releases.record(judged(placed(), content=A, at=3.0))
    assert (back.members[0].first_digest, back.members[0].digest, back.members[0].earlier_digest) == (A, A, B)


async def test_in_whichever_order_events_come_the_release_is_the_same(store: Store) -> None:
    releases = Releases(store)
    ends = set[Release]()
    for number, turn in enumerate(permutations(range(4))):
        name = f"1.{number}"
        app, web = placed(version=name), placed("web", version=name)
        events = (Arrival(app, 10.0), Arrival(web, 10.0), judged(app, at=20.0), judged(web, Verdict.FAIL, at=20.0))
        for place in turn:
            event = events[place]
            await (releases.join(event) if isinstance(event, Arrival) else releases.record(event))
        found = await releases.load(ReleaseName("acme/app", name))
        assert found is not None
        assert found.verdict is Verdict.FAIL
        same = tuple(replace(member, image=member.image.tagged("1"), stale_at=0.0) for member in found.members)
        ends.add(replace(found, name=NAME, members=same, first_verdict=None))
    assert len(ends) == 1


async def test_two_processes_on_one_release_lose_nothing(store: Store) -> None:
    other = connect(store.url)
    both = (Releases(store), Releases(Store(other, store.url)))
    images = [placed(f"app-{number}") for number in range(24)]
    try:
        await asyncio.gather(
            *(both[n % 2].join(Arrival(image, 10.0)) for n, image in enumerate(images)),
            *(both[n % 2 - 1].record(judged(image, at=20.0)) for n, image in enumerate(images)),
        )
    finally:
        await other.aclose()
    found = await both[0].load(NAME)
    assert found is not None
    assert [str(member.image) for member in found.members] == sorted(str(image.image) for image in images)
    assert {member.verdict for member in found.members} == {Verdict.PASS}
    assert all(member.pushed_at for member in found.members)


async def test_the_versions_of_a_group_are_in_their_order(store: Store) -> None:
    releases = Releases(store)
    for at, version in enumerate(["1.10", "1.9", "1.11-rc1"]):
        await releases.join(Arrival(placed(version=version), float(at)))
    await releases.join(Arrival(placed(version="1.9", family="-native"), 9.0))
    await releases.join(Arrival(placed(version="nightly", rolling=True), 9.0))
    assert await releases.versions("acme/app") == ("1.11-rc1", "1.10", "1.9")
    assert await releases.versions("acme/other") == ()
    before = await releases.before(ReleaseName("acme/app", "1.11"))
    assert before == ReleaseName("acme/app", "1.10"), "a release comes after a release, and not after its candidate"
    before = await releases.before(ReleaseName("acme/app", "1.11-rc2"))
    assert before == ReleaseName("acme/app", "1.11-rc1")
    assert await releases.before(ReleaseName("acme/app", "1.11"), "-native") == ReleaseName("acme/app", "1.9")
    assert await releases.before(ReleaseName("acme/app", "1.9"), "") is None
    assert await releases.before(ReleaseName("acme/app", "nightly", is_rolling=True)) is None


async def test_the_newest_releases_come_first_and_are_bounded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "RELEASES_MAX", 2)
    monkeypatch.setattr(limits, "VERSIONS_MAX", 2)
    releases = Releases(store)
    for at in range(4):
        await releases.join(Arrival(placed(version=f"1.{at}"), float(at)))
    assert [name.version for name in await releases.newest()] == ["1.3", "1.2"]
    assert await releases.versions("acme/app") == ("1.3", "1.2")


async def test_a_rolling_tag_is_another_name_of_the_version_that_it_stands_for(store: Store) -> None:
    releases = Releases(store)
    latest = ReleaseName("acme/app", "latest", is_rolling=True)
    for version in ("1.0", "1.1"):
        await releases.record(judged(placed(version=version)))
    await releases.record(judged(placed(version="latest", rolling=True)))

    async def names() -> list[tuple[str, ...]]:
        found = [await releases.load(ReleaseName("acme/app", version)) for version in ("1.0", "1.1")]
        rolling = await releases.load(latest)
        assert rolling is not None
        return [(rolling.alias_of,), *(one.aliases for one in found if one)]

    await releases.alias(latest, NAME)
    assert await names() == [("1.0",), ("latest",), ()]
    await releases.alias(latest, ReleaseName("acme/app", "1.1"))
    assert await names() == [("1.1",), (), ("latest",)]
    await releases.alias(latest, None)
    assert await names() == [("",), (), ()]


async def test_what_is_remembered_is_forgotten_in_time(store: Store) -> None:
    await Releases(store).join(Arrival(placed(), 10.0))
    keys = [key async for key in store.redis.scan_iter("*release*")]
    keys += [key async for key in store.redis.scan_iter("*versions*")]
    assert len(keys) == 3
    for key in keys:
        assert 0 < await store.redis.ttl(key) <= limits.RELEASE_TTL


async def test_what_another_version_wrote_is_an_error_and_not_an_empty_release(store: Store) -> None:
    await store.redis.hset(store.key("release", str(NAME)), mapping={"member quay.io/acme/app:1.0": "[]"})
    with pytest.raises(StoreError, match=r"acme/app 1\.0 cannot be read"):
        await Releases(store).load(NAME)


async def test_who_is_expected_only_later_has_as_much_time_as_the_others_had(store: Store) -> None:
    """The policy names an image more, and an old version is pushed again: the new one is not missing at once."""
    releases, complete = Releases(store), 3600.0
    app, web, cli = (
        placed(),
        ExpectedMember(placed("web"), ExpectedBy.POLICY),
        ExpectedMember(placed("cli"), ExpectedBy.POLICY),
    )
    first = await releases.join(Arrival(app, 10.0, complete=complete, expected=(web,)))
    assert [str(one.image) for one in first.not_seen(10.0 + complete)] == ["quay.io/acme/web:1.0"]

    again = 30 * 24 * 3600.0
    await releases.join(Arrival(app, again, complete=complete, expected=(web, cli)))
    release = await releases.load(NAME)
    assert release
    assert [str(one.image) for one in release.awaited(again + 1)] == ["quay.io/acme/cli:1.0"]
    assert [str(one.image) for one in release.not_seen(again + 1)] == ["quay.io/acme/web:1.0"], "that was told long ago"
    assert release.due_at(again + 601) == again + complete
    assert len(release.not_seen(again + complete)) == 2
