"""A waiver acts in the judgement of the images that it covers, and its end is a new verdict."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from bot.attention import Kind, NotePlace, StoredWaiver, WaiverScope
from bot.errors import StoreError
from bot.jobs.checker import RegistryChecker
from bot.jobs.endings import Endings
from bot.jobs.open_checker import open_checker
from bot.oci.reference import Reference
from bot.report import Report, Verdict
from bot.rules import Outcome
from bot.settings import Settings
from bot.store import Store
from bot.store.attention import Ends, Notes, Waivers
from bot.store.reports import Reports
from bot.values import replace
from tests.attention.saying import AT, PLACE, snoozed
from tests.fake_queue import FakeQueue
from tests.fake_registry import FakeRegistry
from tests.jobs.parts import settled
from tests.slack.parts import failing
from tests.slack.parts import report as told

MISSING: Final = "provenance-missing"


def outcome(report: Report, rule: str) -> Outcome:
    return next(result.outcome for result in report.results if result.rule == rule)


async def given(store: Store, image: Reference, digest: str, rule: str, **changes: object) -> StoredWaiver:
    now = await store.now()
    said: dict[str, object] = {
        "id": f"id-{rule}",
        "place": NotePlace("T1", "C0RELEASES", "demo/app 1.0"),
        "rule": rule,
        "scope": WaiverScope.TAG,
        "images": ((str(image), digest),),
        "reason": "built elsewhere, see #12",
        "last_day": datetime.fromtimestamp(now, UTC).date() + timedelta(days=3),
        "who": "U0ALICE",
        "at": now,
    }
    waiver = StoredWaiver(**(said | changes))  # type: ignore[arg-type]
    assert await Waivers(store).add(waiver)
    return waiver


async def checked(checker: RegistryChecker, image: Reference) -> Report:
    return await checker.check(image, phase_of=settled)


async def test_it_is_shown_in_the_report_until_it_is_revoked(samples: Path, store: Store) -> None:
    async with FakeRegistry() as registry:
        digest = registry.add_layout(samples / "none_2p_dflt", "demo/app", tag="1.0")
        image = Reference(registry.host, "demo/app", "1.0")
        listed = Settings(private_hosts=(registry.host,), insecure_hosts=(registry.host,))
        async with open_checker(listed, store) as checker:
            before = await checked(checker, image)
            assert outcome(before, MISSING) is Outcome.FAIL
            waiver = await given(store, image, digest, MISSING)
            after = await checked(checker, image)
            result = next(one for one in after.results if one.rule == MISSING)
            assert result.outcome is Outcome.WAIVED
            assert result.waiver is not None
            assert (result.waiver.who, result.waiver.reason) == ("U0ALICE", waiver.reason)
            assert await Waivers(store).uses(waiver.id) == (str(image),)
            for rule in {one.rule for one in after.failing()}:
                await given(store, image, digest, rule)
            assert (await checked(checker, image)).verdict is Verdict.PASS
            await Waivers(store).revoke(waiver.id, "U0BOB")
            assert (await checked(checker, image)).verdict is Verdict.FAIL


@pytest.mark.parametrize("by_role", [True, False])
async def test_a_role_on_the_pages_waives_for_every_image(samples: Path, store: Store, *, by_role: bool) -> None:
    """Somebody else's waiver of a repository acts only where the policy lets them waive."""
    async with FakeRegistry() as registry:
        digest = registry.add_layout(samples / "none_2p_dflt", "demo/app", tag="1.0")
        registry.add_layout(samples / "none_2p_dflt", "demo/app", tag="2.0")
        listed = Settings(private_hosts=(registry.host,), insecure_hosts=(registry.host,))
        image = Reference(registry.host, "demo/app", "1.0")
        said = {"scope": WaiverScope.REPOSITORY, "who": "eve (login)", "by_role": by_role}
        async with open_checker(listed, store) as checker:
            await given(store, image, digest, MISSING, **said)
            wanted = Outcome.WAIVED if by_role else Outcome.FAIL
            assert outcome(await checked(checker, image.tagged("2.0")), MISSING) is wanted


async def test_every_workspace_lists_what_the_pages_waived(store: Store) -> None:
    image = Reference("quay.io", "demo/app", "1.0")
    await given(store, image, "sha256:" + "a" * 64, MISSING, place=NotePlace("", "", "demo/app 1.0"), by_role=True)
    assert len((await Waivers(store).listed("T1")).items) == 1
    assert len((await Waivers(store).listed("T1", "C0RELEASES")).items) == 0


async def test_it_covers_no_other_tag(samples: Path, store: Store) -> None:
    async with FakeRegistry() as registry:
        digest = registry.add_layout(samples / "none_2p_dflt", "demo/app", tag="1.0")
        registry.add_layout(samples / "none_2p_dflt", "demo/app", tag="2.0")
        listed = Settings(private_hosts=(registry.host,), insecure_hosts=(registry.host,))
        async with open_checker(listed, store) as checker:
            image = Reference(registry.host, "demo/app", "1.0")
            await given(store, image, digest, MISSING)
            assert outcome(await checked(checker, image.tagged("2.0")), MISSING) is Outcome.FAIL


TAGS_OF_ALICE = """\
images:
  - match: "*/demo/*:*-dev"
    may_waive: [U0ALICE]
  - match: "**"
    may_waive: [U012AB3CD]
"""


@pytest.mark.parametrize("scope", [WaiverScope.REPOSITORY, WaiverScope.DIGEST])
async def test_it_acts_on_no_image_for_which_that_person_may_not_waive(
    samples: Path, store: Store, tmp_path: Path, scope: WaiverScope
) -> None:
    """Alice may waive for `-dev` tags alone, and the release has the same repository and even the same digest."""
    (tmp_path / "policy.yaml").write_text(TAGS_OF_ALICE)
    async with FakeRegistry() as registry:
        digest = registry.add_layout(samples / "none_2p_dflt", "demo/app", tag="1.0-dev")
        for tag in ("1.0", "1.1-dev"):
            registry.add_layout(samples / "none_2p_dflt", "demo/app", tag=tag)
        listed = Settings(
            private_hosts=(registry.host,), insecure_hosts=(registry.host,), policy=tmp_path / "policy.yaml"
        )
        async with open_checker(listed, store) as checker:
            image = Reference(registry.host, "demo/app", "1.0-dev")
            await given(store, image, digest, MISSING, scope=scope)
            for tag, expected in (("1.0-dev", "waived"), ("1.1-dev", "waived"), ("1.0", "fail")):
                assert outcome(await checked(checker, image.tagged(tag)), MISSING) == expected, tag


async def test_a_tag_beside_another_digest_is_not_that_tag(samples: Path, store: Store) -> None:
    async with FakeRegistry() as registry:
        digest = registry.add_layout(samples / "none_2p_dflt", "demo/app", tag="1.0")
        index = json.loads((samples / "none_2p_dflt" / "blobs" / digest.replace(":", "/")).read_bytes())
        other = index["manifests"][0]["digest"]
        listed = Settings(private_hosts=(registry.host,), insecure_hosts=(registry.host,))
        async with open_checker(listed, store) as checker:
            image = Reference(registry.host, "demo/app", "1.0")
            await given(store, image, digest, MISSING)
            assert outcome(await checked(checker, image.at(other)), MISSING) is Outcome.FAIL


async def test_without_the_store_nothing_is_judged(samples: Path, store: Store) -> None:
    """A verdict without the waivers would be told as a new one."""
    async with FakeRegistry() as registry:
        registry.add_layout(samples / "none_2p_dflt", "demo/app", tag="1.0")
        listed = Settings(private_hosts=(registry.host,), insecure_hosts=(registry.host,))
        async with open_checker(listed, store) as checker:
            away = replace(checker, waivers=Away(store))
            with pytest.raises(StoreError):
                await checked(away, Reference(registry.host, "demo/app", "1.0"))


class Away(Waivers):
    async def covering(self, *_: object) -> tuple[StoredWaiver, ...]:
        raise StoreError("store unavailable")


async def test_the_end_of_a_waiver_judges_its_images_again_once(store: Store) -> None:
    queue = FakeQueue()
    now = await store.now()
    image = Reference.parse("quay.io/acme/app:1")
    past = datetime.fromtimestamp(now, UTC).date() - timedelta(days=1)
    waiver = await given(store, image, "sha256:" + "0" * 64, MISSING, last_day=past)
    await Waivers(store).used(waiver, "quay.io/acme/app:2")
    assert await Endings(store, queue).round() == 1
    assert sorted(queue.images) == ["quay.io/acme/app:1", "quay.io/acme/app:2"]
    assert all(job.is_anew and job.channel == "C0RELEASES" for job in queue.calls)
    assert await Endings(store, queue).round() == 0


async def test_an_end_is_kept_while_the_queue_is_away(store: Store) -> None:
    queue = FakeQueue(away=True)
    past = datetime.fromtimestamp(await store.now(), UTC).date() - timedelta(days=1)
    await given(store, Reference.parse("quay.io/acme/app:1"), "sha256:" + "0" * 64, MISSING, last_day=past)
    with pytest.raises(StoreError):
        await Endings(store, queue).round()
    queue.away = False
    assert await Endings(store, queue).round() == 1


async def test_the_end_of_a_snooze_brings_its_thread_up_to_date(store: Store) -> None:
    queue = FakeQueue()
    report = told(failing("sbom-missing"))
    await Reports(store).save(report, started=1.0, policy="1")
    place = replace(PLACE, subject=report.image)
    await Notes(store).put(snoozed(place=place, at=AT))
    assert [end.kind for end in await Ends(store).due(await store.now())] == [Kind.SNOOZE]
    assert await Endings(store, queue).round() == 1
    ((job, subject),) = queue.posts
    assert (job.image, job.channel, subject) == (report.image, PLACE.channel, report.image)
    assert await Endings(store, queue).round() == 0
