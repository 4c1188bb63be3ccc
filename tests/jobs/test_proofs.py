"""After the merge of a fix, the thread names the release that shows that it works."""

import pytest

from bot.attention import Attention, Failing, NotePlace, ProposedFix
from bot.attention.proposed_fix import FOLLOWED_MAX
from bot.jobs.endings import Endings
from bot.oci.reference import Reference
from bot.releases import Placement, ReleaseName
from bot.releases.arriving import Arrival, MemberCheck
from bot.render.slack.attention import said
from bot.report import Report, Verdict
from bot.store import Store
from bot.store.attention import Ends, Notes
from bot.store.attention.notes import FOLLOW
from bot.store.releases import Releases
from bot.store.reports import Reports
from bot.values import replace
from tests.attention.saying import proposed
from tests.fake_queue import FakeQueue
from tests.jobs.test_followed import Host
from tests.slack.parts import failing, passing, report

SBOM, MODE = "sbom-missing", "provenance-mode-min"
PLACE = NotePlace("T1", "C0RELEASES", "acme/app 1.2.3")
GOOD = (passing(SBOM), passing(MODE), failing("signature-missing"))


async def pushed(store: Store, version: str, told: Report, *, after: float, is_rolling: bool = False) -> None:
    """A release of the group, pushed so many seconds from now."""
    at = await store.now() + after
    placement = Placement(Reference("quay.io", "acme/app", version), ReleaseName("acme/app", version, is_rolling))
    await Releases(store).join(Arrival(placement, at))
    await Releases(store).record(MemberCheck(placement, told.digest, Verdict.PASS, at, pushed_at=at, settled_at=at))
    image = f"quay.io/acme/app:{version}"
    await Reports(store).save(told.model_copy(update={"image": image}), started=at, policy="1")


async def looked(store: Store, queue: FakeQueue, *states: str) -> ProposedFix:
    """Ten minutes later."""
    ends = Ends(store)
    for end in await ends.due(await store.now() + 2 * FOLLOW):
        assert end.place is not None
        await ends.expect(end.kind, end.place, 1.0)
    await Endings(store, queue, Host(*states)).round()
    note = (await Notes(store).about(PLACE)).proposed
    assert note is not None
    return note


@pytest.fixture
async def queue(store: Store) -> FakeQueue:
    """The release fails, and its fix is merged."""
    await pushed(store, "1.2.3", report(failing(SBOM), failing(MODE)), after=-60.0)
    fix = proposed(place=PLACE, at=await store.now(), image="quay.io/acme/app", rules=(SBOM, MODE))
    await Notes(store).put(fix)
    queue = FakeQueue()
    merged = await looked(store, queue, "merged")
    assert (merged.state, merged.proof) == ("merged", "")
    assert merged.merged_at
    return queue


async def test_the_first_release_after_the_merge_in_which_all_of_it_passes_proves_it(
    store: Store, queue: FakeQueue
) -> None:
    assert not (await looked(store, queue)).proof, "nothing was pushed yet"
    await pushed(store, "1.2.4", report(passing(SBOM), failing(MODE)), after=60.0)
    assert not (await looked(store, queue)).proof, "a part of it still fails"
    posts = len(queue.posts)
    await pushed(store, "1.2.5", report(*GOOD), after=120.0)
    assert (await looked(store, queue)).proof == "acme/app 1.2.5"
    assert [name for _, name in queue.posts[posts:]] == [PLACE.subject], "its thread is brought up to date, once"
    await pushed(store, "1.2.6", report(*GOOD), after=180.0)
    assert (await looked(store, queue)).proof == "acme/app 1.2.5", "it is not looked for any more"


async def test_what_was_pushed_before_the_merge_proves_nothing(store: Store, queue: FakeQueue) -> None:
    await pushed(store, "1.2.2", report(*GOOD), after=-30.0)
    assert not (await looked(store, queue)).proof


async def test_what_could_not_be_checked_and_another_image_prove_nothing(store: Store, queue: FakeQueue) -> None:
    unknown = failing(SBOM, outcome="unknown")
    await pushed(store, "1.2.4", report(unknown, passing(MODE)), after=60.0)
    await pushed(store, "1.2.5", report(passing(MODE)), after=60.0)
    assert not (await looked(store, queue)).proof


@pytest.mark.parametrize("subject", ["quay.io/acme/app:x", "acme/app nightly (rolling)"])
async def test_a_subject_without_later_versions_waits(store: Store, subject: str) -> None:
    place = NotePlace("T1", "C0RELEASES", subject)
    fix = proposed(place=place, at=await store.now(), rules=(SBOM,)).became("merged", await store.now())
    await Notes(store).put(fix)
    for end in await Ends(store).due(await store.now() + 2 * FOLLOW):
        await Ends(store).expect(end.kind, place, 1.0)
    await Endings(store, FakeQueue(), Host()).round()
    assert (await Notes(store).about(place)).proposed == fix


NIGHTLY = NotePlace("T1", "C0RELEASES", "acme/app nightly (rolling)")


async def nightly(store: Store, told: Report, *, after: float) -> Report:
    """The rolling tag is pushed."""
    await pushed(store, "nightly", told, after=after, is_rolling=True)
    return told


async def followed(store: Store) -> ProposedFix:
    """Its merged fix, after another look."""
    for end in await Ends(store).due(await store.now() + 2 * FOLLOW):
        await Ends(store).expect(end.kind, NIGHTLY, 1.0)
    await Endings(store, FakeQueue(), Host()).round()
    note = (await Notes(store).about(NIGHTLY)).proposed
    assert note is not None
    return note


async def test_a_rolling_tag_that_passes_again_names_the_pull_request_until_it_fails(store: Store) -> None:
    now = await store.now()
    fix = proposed(place=NIGHTLY, at=now, image="quay.io/acme/app", rules=(SBOM,)).became("merged", now)
    await Notes(store).put(fix)
    await nightly(store, report(passing(SBOM)), after=-60.0)
    assert not (await followed(store)).proof, "it was pushed before the merge"
    good = await nightly(store, report(passing(SBOM), content="two"), after=60.0)
    proved = await followed(store)
    assert proved.proof == "acme/app nightly"
    (line,) = said(Attention(proposed=proved).in_force(Failing.of([good]), now))
    assert line.endswith("|acme/app#1>, merged; this tag passes with it")
    bad = report(failing(SBOM), content="three")
    assert not list(said(Attention(proposed=proved).in_force(Failing.of([bad]), now)))
    assert not list(said(Attention(proposed=proved).in_force(Failing.of([good]), now + FOLLOWED_MAX)))


async def test_a_release_that_passes_again_says_nothing_of_an_old_pull_request(store: Store) -> None:
    """Its proof is another release, which stands in another thread."""
    now = await store.now()
    proved = replace(proposed(place=PLACE, at=now).became("merged", now), proof="acme/app 1.2.4")
    assert not list(said(Attention(proposed=proved).in_force(Failing(), now)))
