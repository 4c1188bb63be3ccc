"""What polling notices, and what it asks for it."""

from pathlib import Path

import pytest

from bot.oci.reference import Reference
from bot.policy import default_policy
from bot.policy.file import read_policy
from bot.releases import place
from bot.releases.arriving import Arrival, MemberCheck
from bot.report import Verdict
from bot.store import Store
from bot.store.releases import Releases
from bot.store.reports import Reports
from tests.fake_registry import FakeRegistry
from tests.polling.parts import DAY, INTERVAL, polling
from tests.registry_faults import Status
from tests.reports import report

pytestmark = pytest.mark.parametrize("api", ["", "quay", "hub"])


def apis(fake: FakeRegistry) -> dict[str, str]:
    return {fake.host: fake.api} if fake.api else {}


def push(fake: FakeRegistry, tag: str, content: str = "", repository: str = "demo/app") -> str:
    return fake.push_image(repository, tag=tag, layer=(content or tag).encode())


async def test_the_first_look_is_a_baseline_and_only_the_newest_of_each_family_is_checked_quietly(
    store: Store, api: str
) -> None:
    async with FakeRegistry(api=api) as fake, polling(store, fake, tag_apis=apis(fake)) as bot:
        for tag in ("1.9.0", "1.10.0", "1.10.0-rc1", "1.9.0-native", "1.10.0-native", "latest", "artifacthub.io"):
            push(fake, tag)
        push(fake, "sha256-" + "a" * 64 + ".sig")
        assert sorted(await bot.first()) == ["demo/app:1.10.0-native?", "demo/app:1.10.0?"]
        assert bot.noticed == []
        assert await bot.round() == []


async def test_new_and_moved_tags_are_pushes_and_nothing_else_is(store: Store, api: str) -> None:
    async with FakeRegistry(api=api) as fake, polling(store, fake, tag_apis=apis(fake)) as bot:
        for tag in ("1.0", "1.1", "latest"):
            push(fake, tag)
        await bot.first()
        digest = push(fake, "1.2")
        fake.tag("demo/app", "latest", digest)
        before = bot.clock.time
        assert sorted(await bot.round()) == ["demo/app:1.2", "demo/app:latest"]
        assert {job.origin for job in bot.queue.calls} == {"poll"}
        assert {job.digest_hint for job in bot.queue.calls} == {digest}
        assert sorted(bot.noticed) == [(f"{fake.host}/demo/app:{tag}", before) for tag in ("1.2", "latest")]
        assert await bot.round() == []
        push(fake, "1.2", "made again")
        assert await bot.round() == ["demo/app:1.2"]
        fake.tag("demo/app", "1.2", digest)  # and back, by mistake
        assert await bot.round() == ["demo/app:1.2"]
        assert await bot.round() == []


async def test_what_a_webhook_told_and_a_worker_has_checked_is_not_checked_again(store: Store, api: str) -> None:
    async with FakeRegistry(api=api) as fake, polling(store, fake, tag_apis=apis(fake)) as bot:
        push(fake, "1.0")
        await bot.first()
        digest = push(fake, "1.1")
        checked = report(f"{fake.host}/demo/app:1.1").model_copy(update={"digest": digest})
        await Reports(store).save(checked, started=bot.clock.time, policy="v1")
        placement = place(Reference.parse(checked.image), default_policy())
        assert placement
        await Releases(store).join(Arrival(placement, bot.clock.time))
        await Releases(store).record(MemberCheck(placement, digest, Verdict.FAIL, bot.clock.time))
        assert await bot.round() == []
        assert len(bot.noticed) == 1  # whether the webhook came in time is another question
        push(fake, "1.1", "made again")
        assert await bot.round() == ["demo/app:1.1"]


async def test_what_was_only_looked_up_for_a_newer_version_is_told(store: Store, api: str) -> None:
    """Seen under kill -9: 1.2 came before 1.1, whose webhook was lost, and 1.1 was never told."""
    async with FakeRegistry(api=api) as fake, polling(store, fake, tag_apis=apis(fake)) as bot:
        push(fake, "1.0")
        await bot.first()
        digest = push(fake, "1.1")
        checked = report(f"{fake.host}/demo/app:1.1").model_copy(update={"digest": digest})
        await Reports(store).save(checked, started=bot.clock.time, policy="v1")
        placement = place(Reference.parse(checked.image), default_policy())
        assert placement
        quiet = MemberCheck(placement, digest, Verdict.FAIL, bot.clock.time, is_quiet=True)
        await Releases(store).record(quiet, complete=0.0)
        assert await bot.round() == ["demo/app:1.1"]


async def test_a_signature_wakes_the_image_that_it_is_about(store: Store, api: str) -> None:
    async with FakeRegistry(api=api) as fake, polling(store, fake, tag_apis=apis(fake)) as bot:
        push(fake, "1.0")
        await bot.first()
        digest = push(fake, "1.1")
        assert await bot.round() == ["demo/app:1.1"]
        push(fake, digest.replace(":", "-") + ".sig", "a signature")
        assert await bot.round() == ["demo/app:1.1"]
        assert bot.queue.calls[0].has_evidence
        assert await bot.round() == []


async def test_a_tag_that_vanished_and_came_back_as_it_was_is_no_push(store: Store, api: str) -> None:
    async with FakeRegistry(api=api) as fake, polling(store, fake, tag_apis=apis(fake)) as bot:
        digest = push(fake, "1.0")
        push(fake, "1.1")
        await bot.first()
        del fake.repository("demo/app").tags["1.0"]
        assert await bot.round() == []
        assert set((await bot.state()).gone) == {"1.0"}
        fake.tag("demo/app", "1.0", digest)
        found = await bot.round()
        # Without an API nobody knew what the old version stood for: that is found out by a look.
        assert found == ([] if api else ["demo/app:1.0"])
        assert (await bot.state()).gone == {}
        del fake.repository("demo/app").tags["1.0"]
        await bot.round()
        push(fake, "1.0", "another one")
        assert await bot.round() == ["demo/app:1.0"]


async def test_what_a_list_leaves_out_has_not_vanished_when_the_registry_still_has_it(store: Store, api: str) -> None:
    async with FakeRegistry(api=api) as fake, polling(store, fake, tag_apis=apis(fake)) as bot:
        for tag in ("1.0", "1.1"):
            push(fake, tag)
        await bot.first()
        real = dict(fake.repository("demo/app").tags)
        manifests = fake.repository("demo/app").manifests
        fake.repository("demo/app").manifests = {**manifests, "1.1": manifests[real["1.1"]]}  # found, but not listed
        del fake.repository("demo/app").tags["1.1"]
        await bot.round()
        assert "1.1" in (await bot.state()).digests
        fake.repository("demo/app").tags["1.1"] = real["1.1"]
        assert await bot.round() == []


async def test_what_the_policy_ignores_and_the_watch_does_not_name_is_not_looked_at(
    store: Store, api: str, tmp_path: Path
) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text('images:\n  - match: "**"\n    ignore: "^e2e"\n')
    async with (
        FakeRegistry(api=api) as fake,
        polling(store, fake, "HOST/demo/app:{1,e}*", policies=read_policy(file), tag_apis=apis(fake)) as bot,
    ):
        push(fake, "1.0")
        await bot.first()
        for tag in ("1.1", "2.0", "e2e-tests"):
            push(fake, tag)
        assert await bot.round() == ["demo/app:1.1"]
        assert fake.count("HEAD", "2.0") == fake.count("HEAD", "e2e") == 0


async def test_a_repository_that_is_not_there_costs_less_and_less(store: Store, api: str) -> None:
    async with FakeRegistry(api=api) as fake, polling(store, fake, tag_apis=apis(fake)) as bot:
        await bot.first()
        assert "not found" in (await bot.state()).trouble
        rounds = 0
        for _ in range(int(2 * DAY / INTERVAL)):
            fake.requests.clear()
            await bot.round()
            rounds += bool(fake.requests)
        assert rounds == pytest.approx(2 * DAY / (6 * 3600) + 4, abs=2)
        push(fake, "1.0")
        await bot.round(6 * 3600)
        assert (await bot.state()).trouble == ""


async def test_a_quiet_repository_is_looked_at_every_six_hours(store: Store, api: str) -> None:
    async with FakeRegistry(api=api) as fake, polling(store, fake, tag_apis=apis(fake)) as bot:
        push(fake, "1.0")
        await bot.first()
        await bot.round(31 * DAY)
        fake.requests.clear()
        for _ in range(int(DAY / INTERVAL)):
            await bot.round()
        assert 4 <= fake.count() <= 5  # the version itself has its turn once a week
        push(fake, "1.1")
        await bot.round(6 * 3600)
        fake.requests.clear()
        await bot.round()
        assert fake.count() > 0  # awake again


async def test_after_a_429_the_whole_registry_is_left_alone_for_as_long_as_it_says(store: Store, api: str) -> None:
    async with (
        FakeRegistry(api=api) as fake,
        polling(store, fake, "HOST/demo/app", "HOST/demo/other", tag_apis=apis(fake)) as bot,
    ):
        for repository in ("demo/app", "demo/other"):
            push(fake, "1.0", repository=repository)
        await bot.first()
        fake.fault("", Status(429, headers={"Retry-After": "7200"}))
        bot.clock.waits.clear()
        await bot.round()
        assert fake.count() == 1  # the other repository was not even asked for
        fake.heal()
        fake.requests.clear()
        await bot.round(5000)
        assert fake.count() == 0
        for repository in ("demo/app", "demo/other"):
            push(fake, "1.1", repository=repository)
        found = [*await bot.round(2300), *await bot.round(), *await bot.round()]
        assert sorted(found) == ["demo/app:1.1", "demo/other:1.1"]


async def test_a_429_that_says_no_time_is_believed_longer_each_time(store: Store, api: str) -> None:
    async with FakeRegistry(api=api) as fake, polling(store, fake, tag_apis=apis(fake)) as bot:
        push(fake, "1.0")
        await bot.first()
        fake.fault("", Status(429))
        asked = 0
        for _ in range(int(DAY / INTERVAL)):
            fake.requests.clear()
            await bot.round()
            asked += bool(fake.requests)
        assert asked <= 10
        fake.heal()
        push(fake, "1.1")
        found = [image for _ in range(30) for image in await bot.round()]
        assert found == ["demo/app:1.1"]


async def test_a_registry_that_says_that_little_is_left_is_given_its_minute(store: Store, api: str) -> None:
    headers = {"X-RateLimit-Limit": "180", "X-RateLimit-Remaining": "20"}
    async with (
        FakeRegistry(api=api, headers=headers) as fake,
        polling(store, fake, "HOST/demo/app", "HOST/demo/other", tag_apis=apis(fake)) as bot,
    ):
        for repository in ("demo/app", "demo/other"):
            push(fake, "1.0", repository=repository)
        await bot.round(0)
        fake.requests.clear()
        await bot.round()
        asked = {asked.path for asked in fake.requests if "demo/other" in asked.path}
        assert asked == set() or not any("demo/app" in asked.path for asked in fake.requests)
