"""A push joins its release, and what a check compares an image with: a worker on real reports and two registries."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.intake.job import CheckJob
from bot.jobs.checker import RegistryChecker, open_checker
from bot.jobs.lanes import Lane
from bot.jobs.parts import Checker
from bot.jobs.queue import DocketQueue, open_queue
from bot.jobs.release_views import MOVING_MAX, ReleaseViews
from bot.jobs.worker import work
from bot.oci.manifest import OCI_MANIFEST
from bot.oci.reference import Reference
from bot.releases import MemberState, Placement, Release, ReleaseName, ReleaseState
from bot.releases.arriving import MemberCheck
from bot.report import FindingSummary, Report, Result, Verdict
from bot.rules import Outcome
from bot.settings import Settings
from bot.store import Store
from bot.store.packing import packed
from bot.store.polls import RepositoryState
from bot.store.releases import Releases
from bot.store.reports import Reports
from tests.fake_registry import FakeRegistry
from tests.jobs.idle import is_idle_until
from tests.jobs.parts import HASTE, Teller
from tests.registry_faults import Status
from tests.registry_shelf import descriptor
from tests.waiting import eventually

FULL, BARE = "max-sbom_2p_dflt", ""
POLICY = r"""
images:
  - match: "{quay.io,docker.io}/demo/{app,web}"
    group: demo
    sisters: [quay.io, docker.io]
    releases: '^\d+\.\d+$'
    settle: 0s
    complete: COMPLETE
    require: [provenance-missing, provenance-lost, sbom-lost, tag-moved, tag-registries-differ, release-incomplete]
"""


def bare_image(registry: FakeRegistry, repository: str, tag: str) -> str:
    """One platform, and nothing beside it."""
    config, layer = b'{"os": "linux", "architecture": "amd64"}', f"layer of {tag}".encode()
    for blob in (config, layer):
        registry.push_blob(repository, blob)
    document = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": descriptor(config, "application/vnd.oci.image.config.v1+json"),
        "layers": [descriptor(layer, "application/vnd.oci.image.layer.v1.tar+gzip")],
    }
    return registry.push_manifest(repository, document, tag=tag)


@dataclass
class Town:
    """Two registries with the names that people know, and a worker."""

    quay: FakeRegistry
    hub: FakeRegistry
    store: Store
    queue: DocketQueue
    teller: Teller
    samples: Path
    checker: Checker

    def put(self, registry: FakeRegistry, tag: str, sample: str = FULL, repository: str = "demo/app") -> str:
        if sample == BARE:
            return bare_image(registry, repository, tag)
        return registry.add_layout(self.samples / sample, repository, tag=tag)

    async def push(self, *images: str) -> None:
        """Say that these were pushed, and wait until nothing more happens at once."""
        for image in images:
            job = CheckJob(image=image, origin="webhook", asked_at=await self.store.now())
            await self.queue.enqueue(job, key=f"{image}|")
        await self.rest()

    async def rest(self) -> None:
        await eventually(self._is_done)

    async def _is_done(self) -> bool:
        """Nothing runs, and what waits is for later than a new look at a member."""
        return await is_idle_until(self.store, self.queue, time.time() + 5)

    async def release(self, version: str, *, rolling: bool = False) -> Release:
        found = await Releases(self.store).load(ReleaseName("demo", version, is_rolling=rolling))
        assert found is not None
        return found

    async def report(self, image: str) -> Report:
        found = await Reports(self.store).latest(image)
        assert found is not None
        return found.report

    async def says(self, image: str, rule: str) -> Result:
        return next(result for result in (await self.report(image)).results if result.rule == rule)


@pytest.fixture
async def town(store: Store, samples: Path, tmp_path: Path) -> AsyncIterator[Town]:
    async with opened(store, samples, tmp_path, complete="1h") as one:
        yield one


@asynccontextmanager
async def opened(store: Store, samples: Path, folder: Path, *, complete: str, workers: int = 1) -> AsyncIterator[Town]:
    policy = folder / "policy.yaml"
    policy.write_text(POLICY.replace("COMPLETE", complete))
    async with FakeRegistry() as quay, FakeRegistry() as hub:
        hosts = [quay.host, hub.host]
        settings = Settings.model_validate(
            {
                "policy": policy,
                "mirrors": {"quay.io": quay.host, "docker.io": hub.host},
                "private_hosts": hosts,
                "insecure_hosts": hosts,
                "github_api": "",
            }
        )
        stop, teller = asyncio.Event(), Teller()
        async with open_checker(settings, store) as checker, open_queue(store, settings) as queue:
            jobs = [
                asyncio.create_task(work(store, settings, stop, checker=checker, publisher=teller, timing=HASTE))
                for _ in range(workers)
            ]
            try:
                yield Town(quay, hub, store, queue, teller, samples, checker)
            finally:
                stop.set()
                await asyncio.gather(*jobs)


QUAY, HUB = "quay.io/demo/app", "docker.io/demo/app"
WEB, HUB_WEB = "quay.io/demo/web", "docker.io/demo/web"


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


async def test_the_release_before_is_remembered_and_compared(town: Town) -> None:
    town.put(town.quay, "1.0")
    await town.push(f"{QUAY}:1.0")
    town.put(town.quay, "1.1", BARE)
    asked = town.quay.count("GET", "/manifests/1.0")
    await town.push(f"{QUAY}:1.1")
    assert (await town.says(f"{QUAY}:1.1", "provenance-lost")).outcome is Outcome.FAIL
    assert (await town.says(f"{QUAY}:1.1", "sbom-lost")).outcome is Outcome.FAIL
    assert town.quay.count("GET", "/manifests/1.0") == asked, "it was known"
    assert town.quay.count("GET", "/tags/list") == 2, "once for each version"


async def test_an_old_version_that_was_pushed_lately_is_not_the_one_before(town: Town) -> None:
    """The store knows 0.9, which was corrected a moment ago, and nothing of 1.0, which nobody pushed since it began."""
    for tag, sample in (("0.9", BARE), ("1.0", FULL), ("1.1", BARE)):
        town.put(town.quay, tag, sample)
    await town.push(f"{QUAY}:0.9")
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
    assert town.quay.count("GET", "/tags/list") == 0


async def test_the_release_before_is_looked_up_once_when_nobody_remembers_it(town: Town) -> None:
    for tag, sample in (("0.9", BARE), ("1.0", FULL), ("1.1", BARE), ("latest", FULL), ("1.2", FULL)):
        town.put(town.quay, tag, sample)
    await town.push(f"{QUAY}:1.1")
    assert (await town.says(f"{QUAY}:1.1", "provenance-lost")).outcome is Outcome.FAIL
    assert town.quay.count("GET", "/tags/list") == 1
    before = await town.release("1.0")
    assert [str(member.image) for member in before.members] == [f"{QUAY}:1.0"]
    assert (await Releases(town.store).newest())[0].version == "1.1"
    assert not [told for told, *_ in town.teller.told if ":1.0" in told], "nobody is told of the baseline"
    await town.push(f"{QUAY}:1.1")
    assert town.quay.count("GET", "/tags/list") == 1


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


async def test_a_rolling_tag_is_named_with_its_version_and_compared_with_what_it_was(town: Town) -> None:
    town.put(town.quay, "1.0")
    town.put(town.quay, "latest")
    await town.push(f"{QUAY}:1.0", f"{QUAY}:latest")
    assert (await town.release("1.0")).aliases == ("latest",)
    assert (await town.release("latest", rolling=True)).alias_of == "1.0"
    town.put(town.quay, "latest", BARE)
    await town.push(f"{QUAY}:latest")
    assert (await town.release("1.0")).aliases == ()
    assert (await town.says(f"{QUAY}:latest", "provenance-lost")).outcome is Outcome.FAIL
    assert (await town.says(f"{QUAY}:latest", "tag-moved")).outcome is Outcome.SKIPPED
    assert (await town.says(f"{QUAY}:1.0", "provenance-lost")).outcome is not Outcome.FAIL


async def test_a_failing_rolling_tag_does_not_hide_behind_a_version_that_has_other_content_now(town: Town) -> None:
    for tag in ("1.0-evil", "latest"):
        town.put(town.quay, tag, "none_2p_dflt")
        await town.push(f"{QUAY}:{tag}")
    assert (await town.release("latest", rolling=True)).alias_of == "1.0"
    assert town.teller.releases[-1].verdict is Verdict.FAIL
    town.put(town.quay, "1.0-evil", BARE)
    town.teller.releases.clear()
    await town.push(f"{QUAY}:1.0-evil")
    assert (await town.release("latest", rolling=True)).alias_of == ""
    assert (await town.release("1.0")).aliases == ()
    told = [one for one in town.teller.releases if one.is_rolling][-1]
    assert (told.verdict, told.twin) == (Verdict.FAIL, "")


async def test_pushes_without_end_do_not_keep_a_rolling_tag_silent(store: Store) -> None:
    releases, name = Releases(store), ReleaseName("demo", "latest", is_rolling=True)
    now = await store.now()
    for repository, tag, owner in (("app", "1.0", "1.0"), ("app", "latest", "latest"), ("web", "latest", "latest")):
        image = Reference("quay.io", f"demo/{repository}", tag)
        placement = Placement(image, ReleaseName("demo", owner, is_rolling=owner == "latest"))
        await releases.record(MemberCheck(placement, f"sha256:{repository}", Verdict.FAIL, checked_at=now))
    views = ReleaseViews(releases, Reports(store), RegistryChecker(FakeRegistry()))  # type: ignore[arg-type]
    assert await views.is_moving(name, now + 1, since=now)
    assert not await views.is_moving(name, now + 1, since=now + 1 - MOVING_MAX)


async def test_a_rolling_tag_that_fails_alone_is_not_told_under_a_version_that_passes(town: Town) -> None:
    town.put(town.quay, "1.0", "none_2p_dflt")
    town.put(town.quay, "latest", "none_2p_dflt")
    await town.push(f"{QUAY}:1.0", f"{QUAY}:latest")
    views = ReleaseViews(Releases(town.store), Reports(town.store), town.checker)
    name = ReleaseName("demo", "latest", is_rolling=True)
    assert (await views.of(name, "", await town.store.now())).twin == "demo 1.0"
    version = await town.release("1.0")
    passes = MemberCheck(
        Placement(version.members[0].image, version.name), version.members[0].digest, Verdict.PASS, checked_at=2e9
    )
    for member in version.members:
        await Releases(town.store).record(replace(passes, placement=Placement(member.image, version.name)))
    assert (await views.of(name, "", await town.store.now())).twin == ""


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
