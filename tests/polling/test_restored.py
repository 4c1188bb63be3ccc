"""A registry that shows nothing for a while, or not all of it, and then is as it was: nothing was pushed."""

import pytest

from bot.store import Store
from tests.fake_registry import FakeRegistry
from tests.polling.parts import DAY, polling
from tests.polling.test_poller import apis, push
from tests.registry_faults import Body, Status
from tests.registry_shelf import encode

EMPTY = Body(encode({"name": "demo/app", "tags": None}))

each_api = pytest.mark.parametrize("api", ["", "quay", "hub"])


@pytest.mark.parametrize("late", [0, 50, 100])
@each_api
async def test_versions_that_were_lost_and_restored_are_no_pushes(store: Store, api: str, late: int) -> None:
    """A backup without its last night, a bucket that was not mounted: the registry answers, and has nothing.

    The second decides with which tag a look begins; the newest one tells what the others are.
    """
    async with FakeRegistry(api=api) as fake, polling(store, fake, tag_apis=apis(fake)) as bot:
        for number in range(150):  # more than one look asks for
            push(fake, f"1.{number}")
        await bot.first()
        tags = fake.repository("demo/app").tags
        before = dict(tags)
        tags.clear()
        assert await bot.round(DAY + late) == []
        assert len((await bot.state()).gone) == 150
        tags.update(before)
        push(fake, "1.150")
        found = [image for _ in range(3) for image in await bot.round()]
        assert found == ["demo/app:1.150"]
        assert [image for image, _ in bot.noticed] == [f"{fake.host}/demo/app:1.150"]
        assert (await bot.state()).gone == {}


async def test_what_was_restored_is_not_asked_for_in_every_round(store: Store) -> None:
    async with FakeRegistry() as fake, polling(store, fake) as bot:
        for number in range(40):
            push(fake, f"1.{number}")
        await bot.first()
        before = dict(fake.repository("demo/app").tags)
        fake.repository("demo/app").tags.clear()
        await bot.round()
        fake.repository("demo/app").tags.update(before)
        await bot.round()
        fake.requests.clear()
        await bot.round()
        assert fake.count("HEAD") <= 2


@pytest.mark.parametrize("answer", [None, Status(503), Status(403)])
async def test_a_list_that_leaves_out_what_is_there_says_nothing_of_other_tags(
    store: Store, answer: Status | None
) -> None:
    async with FakeRegistry() as fake, polling(store, fake) as bot:
        for number in range(20):
            push(fake, f"1.{number}")
        await bot.first()
        fake.fault("/tags/list", EMPTY)
        if answer is not None:
            fake.fault("/manifests/", answer, method="HEAD")
        assert await bot.round() == []
        assert (await bot.state()).gone == {}
        fake.heal()
        assert await bot.round() == []


async def test_an_old_version_that_is_made_anew_in_a_registry_that_lost_nothing_is_a_push(store: Store) -> None:
    async with FakeRegistry() as fake, polling(store, fake) as bot:
        for number in range(5):
            push(fake, f"1.{number}")
        await bot.first()
        del fake.repository("demo/app").tags["1.1"]
        await bot.round()
        push(fake, "1.1", "another one")
        assert await bot.round() == ["demo/app:1.1"]


async def test_a_tag_that_the_registry_refuses_to_give_hides_no_push_of_another(store: Store) -> None:
    """Some registries answer 403 for an image in quarantine."""
    async with FakeRegistry() as fake, polling(store, fake) as bot:
        push(fake, "1.0")
        await bot.first()
        push(fake, "1.1")
        push(fake, "1.2")
        fake.fault("/manifests/1.1", Status(403))
        assert await bot.round() == ["demo/app:1.2"]
        fake.heal()
        assert await bot.round() == ["demo/app:1.1"]
