"""A rolling tag waits while the push of its other tags goes on, and no longer."""

import pytest

from bot.jobs.open_checker import open_checker
from bot.jobs.release_views import MOVING, MOVING_MAX, VERSIONS_MAX, ReleaseViews
from bot.oci.reference import Reference
from bot.policy import default_policy
from bot.releases import ReleaseName, place
from bot.releases.arriving import Arrival, MemberCheck
from bot.report import Verdict
from bot.settings import Settings
from bot.store import Store
from bot.store.releases import Releases
from bot.store.reports import Reports
from tests.making import digest

AT = 1_790_000_000.0
APP, WEB = digest("app"), digest("web")
LATEST = ReleaseName("acme/app", "latest", is_rolling=True)


async def checked(  # noqa: PLR0913 - what differs from test to test
    store: Store,
    tag: str,
    content: str,
    *,
    registry: str = "quay.io",
    at: float = AT,
    verdict: Verdict = Verdict.PASS,
) -> None:
    placement = place(Reference(registry, "acme/app", tag), default_policy())
    assert placement is not None
    await Releases(store).record(MemberCheck(placement, content, verdict, at))


async def is_moving(store: Store, now: float, *, name: ReleaseName = LATEST, since: float = AT) -> bool:
    async with open_checker(Settings.model_validate({"github_api": ""}), None) as checker:
        return await ReleaseViews(Releases(store), Reports(store), checker).is_moving(name, now, since=since)


async def half_moved(store: Store) -> None:
    """`latest` is the new version in one registry, and still the old one in the other."""
    await checked(store, "2.0", APP)
    await checked(store, "2.0", APP, registry="docker.io")
    await checked(store, "latest", APP)
    await checked(store, "latest", WEB, registry="docker.io")


async def test_with_some_of_a_version_s_images_it_moves(store: Store) -> None:
    await half_moved(store)
    assert await is_moving(store, AT + 1)


@pytest.mark.parametrize("moment", [MOVING, MOVING + 60])
async def test_a_while_after_the_last_check_it_stays_as_it_is(store: Store, moment: float) -> None:
    await half_moved(store)
    assert not await is_moving(store, AT + moment, since=AT + moment)


async def test_checks_without_end_do_not_make_it_wait_for_ever(store: Store) -> None:
    await half_moved(store)
    await checked(store, "latest", APP, at=AT + MOVING_MAX)
    assert await is_moving(store, AT + MOVING_MAX - 1, since=AT)
    assert not await is_moving(store, AT + MOVING_MAX, since=AT)


async def test_a_tag_that_shares_nothing_with_a_version_does_not_wait(store: Store) -> None:
    await checked(store, "2.0", APP)
    await checked(store, "latest", WEB)
    assert not await is_moving(store, AT + 1)


async def test_what_is_told_as_a_version_s_other_name_does_not_wait(store: Store) -> None:
    await checked(store, "2.0", APP)
    await checked(store, "latest", APP)
    await Releases(store).alias(LATEST, ReleaseName("acme/app", "2.0"))
    assert not await is_moving(store, AT + 1)


@pytest.mark.parametrize(("later", "waits"), [(1.0, True), (MOVING - 1, True), (MOVING + 1, False)])
async def test_a_failure_waits_for_the_version_that_has_it_in_a_moment(
    store: Store,
    later: float,
    waits: bool,  # noqa: FBT001
) -> None:
    """Seen: the deliveries came backwards, `latest` was complete a second before 1.0, and had a thread of its own."""
    placement = place(Reference("quay.io", "acme/app", "2.0"), default_policy())
    assert placement is not None
    version = await Releases(store).join(Arrival(placement, AT, complete=100.0))
    await checked(store, "2.0", APP, at=AT + 50)
    await checked(store, "latest", APP, at=AT + 50, verdict=Verdict.FAIL)
    await Releases(store).alias(LATEST, version.name)
    ends = version.completes_at
    assert await is_moving(store, ends + later, since=ends + later) is waits
    await checked(store, "2.0", APP, at=AT + 51, verdict=Verdict.FAIL)
    assert not await is_moving(store, ends + later, since=ends + later)


async def test_a_version_does_not_wait(store: Store) -> None:
    await half_moved(store)
    assert not await is_moving(store, AT + 1, name=ReleaseName("acme/app", "2.0"))


async def test_only_the_versions_that_were_pushed_last_count(store: Store) -> None:
    await checked(store, "3.0", APP)
    for minor in range(VERSIONS_MAX):
        await checked(store, f"2.{minor}", digest(f"other {minor}"), at=AT + 1)
    await checked(store, "latest", APP, at=AT + 1)
    assert not await is_moving(store, AT + 2)


async def test_versions_with_higher_numbers_hide_no_push(store: Store) -> None:
    for number in range(9):
        await checked(store, f"99.0.{number}", digest(f"fake {number}"), at=AT - 3600)
    await half_moved(store)
    assert await is_moving(store, AT + 1)


@pytest.mark.parametrize(("tag", "is_alone"), [("latest", True), ("2.0", True), ("2.0.1", False)])
async def test_right_after_a_push_a_tag_may_turn_out_to_be_another_name(
    store: Store,
    tag: str,
    is_alone: bool,  # noqa: FBT001
) -> None:
    """Seen: `latest` was checked a second before 2.0.1, and one bad build had two threads."""
    placement = place(Reference("quay.io", "acme/app", tag), default_policy())
    assert placement is not None
    releases = Releases(store)
    release = await releases.join(Arrival(placement, AT))
    async with open_checker(Settings.model_validate({"github_api": ""}), None) as checker:
        if not release.name.is_rolling:
            assert not await ReleaseViews(releases, Reports(store), checker).is_alone(release.name, AT + 2), "no other"
    await checked(store, "1.9.9", WEB)
    await checked(store, tag, APP, verdict=Verdict.FAIL, at=AT + 1)
    async with open_checker(Settings.model_validate({"github_api": ""}), None) as checker:
        views = ReleaseViews(releases, Reports(store), checker)
        assert await views.is_alone(release.name, AT + 2) is is_alone
        assert not await views.is_alone(release.name, AT + MOVING_MAX + 1)
        await checked(store, "2.0.2", APP)
        await releases.alias(release.name, ReleaseName("acme/app", "2.0.2"))
        assert not await views.is_alone(release.name, AT + 2), "it is known"
