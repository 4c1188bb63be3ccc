"""The release before: remembered, looked up once, and compared with."""

import pytest

from bot.oci.tag_list import PAGE_SIZE
from bot.rules import Outcome
from bot.store.packing import packed
from bot.store.polls import RepositoryState
from bot.store.releases import Releases
from tests.jobs.release_town import BARE, FULL, QUAY, Town
from tests.registry_faults import Status


def lookups(town: Town) -> int:
    """Lists of tags that were asked for to find an earlier release; the search for signatures asks for shorter ones."""
    return town.quay.count("GET", f"/tags/list?n={PAGE_SIZE}")


async def test_the_release_before_is_remembered_and_compared(town: Town) -> None:
    town.put(town.quay, "1.0")
    await town.push(f"{QUAY}:1.0")
    town.put(town.quay, "1.1", BARE)
    asked = town.quay.count("GET", "/manifests/1.0")
    await town.push(f"{QUAY}:1.1")
    assert (await town.says(f"{QUAY}:1.1", "provenance-lost")).outcome is Outcome.FAIL
    assert (await town.says(f"{QUAY}:1.1", "sbom-lost")).outcome is Outcome.FAIL
    assert town.quay.count("GET", "/manifests/1.0") == asked, "it was known"
    assert lookups(town) == 2, "once a version"


async def test_an_old_version_that_was_pushed_lately_is_not_the_one_before(town: Town) -> None:
    """The store knows 0.9, which was corrected a moment ago, and nothing of 1.0, which nobody pushed since it began."""
    for tag, sample in (("0.9", BARE), ("1.0", FULL), ("1.1", BARE)):
        town.put(town.quay, tag, sample)
    await town.push(f"{QUAY}:0.9")
    await town.push(f"{QUAY}:1.1")
    assert (await town.says(f"{QUAY}:1.1", "provenance-lost")).outcome is Outcome.FAIL


async def test_a_release_is_compared_with_the_last_release_and_not_with_its_candidate(town: Town) -> None:
    """Seen: candidates are not signed, so a release without a signature had lost nothing."""
    for tag, sample in (("1.0", FULL), ("1.1-rc1", BARE), ("1.1-rc2", BARE), ("1.1", BARE)):
        town.put(town.quay, tag, sample)
    await town.push(f"{QUAY}:1.1-rc1")
    assert (await town.says(f"{QUAY}:1.1-rc1", "provenance-lost")).outcome is Outcome.FAIL
    await town.push(f"{QUAY}:1.1-rc2")
    assert (await town.says(f"{QUAY}:1.1-rc2", "provenance-lost")).outcome is Outcome.PASS
    await town.push(f"{QUAY}:1.1")
    assert (await town.says(f"{QUAY}:1.1", "provenance-lost")).outcome is Outcome.FAIL


@pytest.mark.parametrize("is_known", [True, False])
async def test_a_short_version_that_is_the_image_itself_is_not_the_one_before(
    town: Town,
    is_known: bool,  # noqa: FBT001
) -> None:
    """Seen: 1.2.3 was compared with 1.2, which was pushed with it, and so it had lost nothing."""
    app = "quay.io/demo/short"
    for tag, sample in (("1.1", FULL), ("1.2", BARE)):
        town.put(town.quay, tag, sample, "demo/short")
    town.retag(town.quay, "demo/short", "1.2", "1.2.3")
    await town.push(*[f"{app}:{tag}" for tag in ("1.1", "1.2") if is_known])
    await town.push(f"{app}:1.2.3")
    assert (await town.says(f"{app}:1.2.3", "provenance-lost")).outcome is Outcome.FAIL


async def test_a_version_that_is_the_same_image_as_the_one_before_has_lost_nothing(town: Town) -> None:
    """Seen: no earlier release was known of a tag that was set to the image of the release before."""
    town.put(town.quay, "1.0")
    town.retag(town.quay, "demo/app", "1.0", "1.1")
    await town.push(f"{QUAY}:1.0")
    for _ in range(2):  # the second look does not list the tags
        await town.push(f"{QUAY}:1.1")
        assert (await town.says(f"{QUAY}:1.1", "provenance-lost")).outcome is Outcome.PASS
        assert (await town.report(f"{QUAY}:1.1")).baseline is not None


async def test_a_loss_is_over_when_the_tag_stands_for_the_release_before(town: Town) -> None:
    """Seen: "No longer checked", of a tag that was put back to an image that has all of it."""
    town.put(town.quay, "1.0")
    town.put(town.quay, "1.1", BARE)
    await town.push(f"{QUAY}:1.0")
    await town.push(f"{QUAY}:1.1")
    assert (await town.says(f"{QUAY}:1.1", "provenance-lost")).outcome is Outcome.FAIL
    town.retag(town.quay, "demo/app", "1.0", "1.1")
    await town.push(f"{QUAY}:1.1")
    assert (await town.says(f"{QUAY}:1.1", "provenance-lost")).outcome is Outcome.PASS


async def test_a_release_before_whose_tag_follows_is_compared_as_it_was(town: Town) -> None:
    """Whoever pushes the poorer image under both tags hides no loss."""
    town.put(town.quay, "1.0")
    await town.push(f"{QUAY}:1.0")
    town.put(town.quay, "1.1", BARE)
    town.retag(town.quay, "demo/app", "1.1", "1.0")
    await town.push(f"{QUAY}:1.0")
    for _ in range(2):
        await town.push(f"{QUAY}:1.1")
        assert (await town.says(f"{QUAY}:1.1", "provenance-lost")).outcome is Outcome.FAIL


async def test_the_last_release_is_looked_up_when_only_a_candidate_is_known(town: Town) -> None:
    town.put(town.quay, "1.1-rc1", BARE)
    await town.push(f"{QUAY}:1.1-rc1")
    for tag, sample in (("1.0", FULL), ("1.1", BARE)):
        town.put(town.quay, tag, sample)
    await town.push(f"{QUAY}:1.1")
    assert (await town.says(f"{QUAY}:1.1", "provenance-lost")).outcome is Outcome.FAIL


async def test_a_version_between_that_cannot_be_looked_up_is_replaced_by_the_one_that_is_known(town: Town) -> None:
    for tag, sample in (("0.9", FULL), ("1.0", FULL), ("1.1", BARE)):
        town.put(town.quay, tag, sample)
    await town.push(f"{QUAY}:0.9")
    town.quay.fault("/tags/list", Status(403))
    await town.push(f"{QUAY}:1.1")
    assert (await town.says(f"{QUAY}:1.1", "provenance-lost")).outcome is Outcome.FAIL


async def test_what_polling_saw_of_the_tags_is_not_asked_for_again(town: Town) -> None:
    for tag, sample in (("0.9", BARE), ("1.0", FULL), ("1.1", BARE)):
        town.put(town.quay, tag, sample)
    state = RepositoryState(digests={"0.9": "", "1.0": "", "1.1": ""}, looked_at=await town.store.now())
    await town.store.redis.set(town.store.key("poll", QUAY), packed(state.model_dump_json()))
    await town.push(f"{QUAY}:1.1")
    assert (await town.says(f"{QUAY}:1.1", "provenance-lost")).outcome is Outcome.FAIL
    assert lookups(town) == 0


async def test_the_release_before_is_looked_up_once_when_nobody_remembers_it(town: Town) -> None:
    for tag, sample in (("0.9", BARE), ("1.0", FULL), ("1.1", BARE), ("latest", FULL), ("1.2", FULL)):
        town.put(town.quay, tag, sample)
    await town.push(f"{QUAY}:1.1")
    assert (await town.says(f"{QUAY}:1.1", "provenance-lost")).outcome is Outcome.FAIL
    assert lookups(town) == 1
    before = await town.release("1.0")
    assert [str(member.image) for member in before.members] == [f"{QUAY}:1.0"]
    assert (await Releases(town.store).newest())[0].version == "1.1"
    assert not [told for told, *_ in town.teller.told if ":1.0" in told], "nobody is told of the baseline"
    asked = town.quay.count("GET", "/manifests/1.0")
    await town.push(f"{QUAY}:1.1")
    assert lookups(town) == 1, "the release before is known, and not looked up"
    assert town.quay.count("GET", "/manifests/1.0") == asked


async def test_a_release_before_that_was_compared_with_others_keeps_its_report(town: Town) -> None:
    """Seen: two versions at once, and the one that was looked up for the other lost what it was compared with."""
    town.put(town.quay, "1.0")
    await town.push(f"{QUAY}:1.0")
    before = await town.report(f"{QUAY}:1.0")
    await town.store.redis.delete(town.store.key("versions", "demo"))
    town.put(town.quay, "1.1", BARE)
    await town.push(f"{QUAY}:1.1")
    assert (await town.says(f"{QUAY}:1.1", "provenance-lost")).outcome is Outcome.FAIL
    assert await town.report(f"{QUAY}:1.0") == before


async def test_a_release_before_that_cannot_be_looked_up_is_not_called_absent(town: Town) -> None:
    town.put(town.quay, "1.0")
    town.put(town.quay, "1.1", BARE)
    town.quay.fault("/tags/list", Status(403))
    await town.push(f"{QUAY}:1.1")
    assert (await town.says(f"{QUAY}:1.1", "provenance-lost")).outcome is Outcome.UNKNOWN
    town.quay.heal()
    await town.push(f"{QUAY}:1.1")
    assert (await town.says(f"{QUAY}:1.1", "provenance-lost")).outcome is Outcome.FAIL
