"""A worker and releases: what belongs together, what is awaited, what differs."""

from pathlib import Path

import pytest

from bot.jobs.lanes import Lane
from bot.oci.reference import Reference
from bot.releases import MemberState, Placement, ReleaseName, ReleaseState
from bot.releases.arriving import MemberCheck
from bot.report import FindingSummary, Verdict
from bot.rules import Outcome
from bot.store import Store
from bot.store.releases import Releases
from bot.store.reports import Reports
from bot.values import replace
from tests.jobs.release_town import BARE, HUB, HUB_WEB, QUAY, WEB, Town, opened
from tests.registry_faults import Status
from tests.waiting import eventually


async def test_a_push_opens_a_release_with_all_that_it_should_have(town: Town) -> None:
    town.put(town.quay, "1.0")
    await town.push(f"{QUAY}:1.0")
    release = await town.release("1.0")
    now = await town.store.now()
    assert release.state(now) is ReleaseState.ARRIVING
    states = {str(member.image): member.state(now) for member in release.members}
    assert states[f"{QUAY}:1.0"] in {MemberState.SETTLING, MemberState.JUDGED}
    assert {image for image, state in states.items() if state is MemberState.AWAITED} == {
        f"{HUB}:1.0",
        f"{WEB}:1.0",
        f"{HUB_WEB}:1.0",
    }
    assert (await town.says(f"{QUAY}:1.0", "release-incomplete")).is_awaited
    told = (await town.report(f"{QUAY}:1.0")).release
    assert told is not None
    assert (told.group, told.version) == ("demo", "1.0")
    assert {member.image for member in told.members} == {f"{name}:1.0" for name in (QUAY, HUB, WEB, HUB_WEB)}


@pytest.mark.long
async def test_when_all_are_there_the_first_ones_are_looked_at_again_and_all_pass(town: Town) -> None:
    images = [f"{name}:1.0" for name in (QUAY, HUB, WEB, HUB_WEB)]
    for image in images:
        registry = town.quay if image.startswith("quay") else town.hub
        town.put(registry, "1.0", repository=image.partition("/")[2].removesuffix(":1.0"))
        await town.push(image)
    release = await town.release("1.0")
    assert release.state(await town.store.now()) is ReleaseState.JUDGED
    assert {member.verdict for member in release.members} == {Verdict.PASS}
    for image in images:
        assert (await town.says(image, "tag-registries-differ")).outcome is Outcome.PASS
    assert not release.stale


@pytest.mark.long
async def test_two_workers_on_one_release_end_in_the_right_state(store: Store, samples: Path, tmp_path: Path) -> None:
    images = [f"{name}:1.{number}" for number in range(5) for name in (QUAY, HUB, WEB, HUB_WEB)]
    async with opened(store, samples, tmp_path, complete="1h", workers=2) as town:
        for image in images:
            where, _, tag = image.partition("/")[2].partition(":")
            town.put(town.quay if image.startswith("quay") else town.hub, tag, repository=where)
        await town.push(*images)
        for number in range(5):
            release = await town.release(f"1.{number}")
            assert release.state(await store.now()) is ReleaseState.JUDGED
            assert [member.verdict for member in release.members] == [Verdict.PASS] * 4
            assert not release.stale
            assert release.lead is not None
            lead = await town.says(str(release.lead.image), "release-incomplete")
            assert lead.outcome is Outcome.PASS


@pytest.mark.long
async def test_who_is_not_there_in_time_is_told_with_one_image(store: Store, samples: Path, tmp_path: Path) -> None:
    async with opened(store, samples, tmp_path, complete="3s") as town:
        town.put(town.quay, "1.0")
        await town.push(f"{QUAY}:1.0")

        async def is_told() -> bool:
            return (await town.says(f"{QUAY}:1.0", "release-incomplete")).outcome is Outcome.FAIL

        await eventually(is_told)
        found = await town.says(f"{QUAY}:1.0", "release-incomplete")
        assert {finding.message.split()[0] for finding in found.findings} == {
            f"{HUB}:1.0",
            f"{WEB}:1.0",
            f"{HUB_WEB}:1.0",
        }
        release = await town.release("1.0")
        assert len(release.not_seen(await store.now())) == 3
        town.put(town.hub, "1.0")
        await town.push(f"{HUB}:1.0")
        assert (await town.says(f"{HUB}:1.0", "release-incomplete")).outcome is Outcome.SKIPPED


@pytest.mark.long
async def test_a_release_is_told_in_time_although_its_first_image_cannot_be_read(
    store: Store, samples: Path, tmp_path: Path
) -> None:
    """Seen: its registry was away, and neither what passed elsewhere nor what had not come was told, for good."""
    async with opened(store, samples, tmp_path, complete="15s") as town:
        town.quay.fault("/v2/", Status(503))
        town.put(town.hub, "1.0")
        await town.push(f"{QUAY}:1.0", f"{HUB}:1.0")
        await eventually(lambda: not town.teller.releases[-1].is_waiting)
        view = town.teller.releases[-1]
        assert [one.image for one in view.images if one.is_unchecked] == [f"{QUAY}:1.0"]
        assert {one.image for one in view.images if one.is_not_seen} == {f"{WEB}:1.0", f"{HUB_WEB}:1.0"}
        assert view.verdict is Verdict.UNKNOWN


async def test_a_tag_that_is_pushed_again_by_mistake_and_back(town: Town) -> None:
    right = town.put(town.quay, "1.0")
    await town.push(f"{QUAY}:1.0")
    wrong = town.put(town.quay, "1.0", BARE)
    await town.push(f"{QUAY}:1.0")
    moved = await town.says(f"{QUAY}:1.0", "tag-moved")
    assert moved.outcome is Outcome.FAIL
    assert right in moved.findings[0].message
    assert wrong in moved.findings[0].message
    town.put(town.quay, "1.0")
    await town.push(f"{QUAY}:1.0")
    assert (await town.says(f"{QUAY}:1.0", "tag-moved")).outcome is Outcome.PASS


@pytest.mark.long
async def test_sisters_that_differ_fail_both_until_one_is_put_right(town: Town) -> None:
    town.put(town.quay, "1.0")
    town.put(town.hub, "1.0", BARE)
    await town.push(f"{QUAY}:1.0", f"{HUB}:1.0")
    for image in (QUAY, HUB):
        assert (await town.says(f"{image}:1.0", "tag-registries-differ")).outcome is Outcome.FAIL
    town.put(town.hub, "1.0")
    await town.push(f"{HUB}:1.0")
    for image in (QUAY, HUB):
        assert (await town.says(f"{image}:1.0", "tag-registries-differ")).outcome is Outcome.PASS


async def test_while_signatures_may_arrive_elsewhere_the_registries_do_not_differ(town: Town) -> None:
    """The sister's report says unsigned only because it was made a moment ago; this one is signed already."""
    digest = town.put(town.quay, "1.0")
    town.put(town.hub, "1.0")
    await town.push(f"{QUAY}:1.0", f"{HUB}:1.0")
    sister = await town.report(f"{HUB}:1.0")
    waiting = FindingSummary(subject="image", message="x", outcome=Outcome.UNKNOWN, reason="awaiting-signature")
    results = [one.model_copy(update={"findings": (waiting,)}) for one in sister.results[:1]]
    told = sister.model_copy(update={"results": (*results, *sister.results[1:])})
    await Reports(town.store).save(told, started=await town.store.now(), policy="v1")
    now = await town.store.now()
    own = Placement(Reference.parse(f"{HUB}:1.0"), ReleaseName("demo", "1.0"))
    moved = MemberCheck(own, digest, Verdict.PASS, now, is_final=False, pushed_at=now, settled_at=now + 600)
    await Releases(town.store).record(replace(moved, digest="sha256:" + "0" * 64))
    await Releases(town.store).record(replace(moved, checked_at=now + 0.1))
    await town.push(f"{QUAY}:1.0")
    found = await town.says(f"{QUAY}:1.0", "tag-registries-differ")
    assert found.is_awaited
    assert "signatures may still arrive" in found.findings[0].message


async def test_a_look_at_the_end_of_complete_waits_in_the_store(town: Town) -> None:
    town.put(town.quay, "1.0")
    await town.push(f"{QUAY}:1.0")
    release = await town.release("1.0")
    due = await town.queue.dockets[Lane.PUSHES].get_execution(f"pushed:due:{release.name}|{release.completes_at:.0f}")
    assert due is not None
    assert 0 < due.when.timestamp() - release.completes_at < 5


async def test_what_has_no_tag_belongs_to_no_release(town: Town) -> None:
    digest = town.put(town.quay, "1.0")
    await town.push(f"{QUAY}@{digest}")
    assert await Releases(town.store).newest() == ()
    assert (await town.report(str(Reference.parse(f"{QUAY}@{digest}")))).verdict is not Verdict.FAIL
