"""A repository that begins with its first push: a part of the release that arrives, and not a baseline of 500."""

from pathlib import Path

from bot.oci.reference import Reference
from bot.policy.file import read_policy
from bot.releases import place
from bot.releases.arriving import Arrival
from bot.store import Store
from bot.store.releases import Releases
from tests.fake_registry import FakeRegistry
from tests.polling.parts import DAY, polling
from tests.polling.test_poller import push

POLICY = """
images:
  - match: HOST/demo/*
    group: demo
"""


async def test_the_first_look_at_it_is_told_with_its_release_and_a_day_later_it_is_not(
    store: Store, tmp_path: Path
) -> None:
    async with FakeRegistry() as fake:
        file = tmp_path / "policy.yaml"
        file.write_text(POLICY.replace("HOST", fake.host))
        known, watch = read_policy(file), ("HOST/demo/app", "HOST/demo/other", "HOST/demo/web")
        async with polling(store, fake, *watch, policies=known) as bot:
            image = Reference(fake.host, "demo/app", "1.1")
            placement = place(image, known.for_image(image))
            assert placement
            push(fake, "1.1")
            await bot.first()  # the others are not there yet
            await Releases(store).join(Arrival(placement, bot.clock.time))
            push(fake, "1.1", repository="demo/web")
            push(fake, "1.0", repository="demo/other")
            found = [image for _ in range(6) for image in await bot.round()]
            assert sorted(found) == ["demo/other:1.0?", "demo/web:1.1"]


async def test_of_a_release_that_was_pushed_long_ago_it_is_a_baseline(store: Store, tmp_path: Path) -> None:
    async with FakeRegistry() as fake:
        file = tmp_path / "policy.yaml"
        file.write_text(POLICY.replace("HOST", fake.host))
        known = read_policy(file)
        async with polling(store, fake, "HOST/demo/web", policies=known) as bot:
            image = Reference(fake.host, "demo/app", "1.1")
            placement = place(image, known.for_image(image))
            assert placement
            await Releases(store).join(Arrival(placement, bot.clock.time - 2 * DAY))
            push(fake, "1.1", repository="demo/web")
            assert await bot.first() == ["demo/web:1.1?"]
