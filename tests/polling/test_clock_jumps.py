"""The store's clock is years ahead for a while, as one is before it is set, and then right again."""

import pytest

from bot.polling.second.outcomes import Reason
from bot.store import Store
from tests.fake_registry import FakeRegistry
from tests.polling.parts import DAY, INTERVAL, polling
from tests.polling.second_parts import OLD, second
from tests.polling.test_poller import apis, push

YEARS = 4 * 365 * DAY


@pytest.mark.parametrize("api", ["", "quay"])
async def test_pushes_are_noticed_and_what_vanished_is_missed(store: Store, api: str) -> None:
    async with FakeRegistry(api=api) as fake, polling(store, fake, tag_apis=apis(fake)) as bot:
        for version in ("1.0", *(f"0.{number}" for number in range(100))):  # more than one page of Quay's
            push(fake, version)
        await bot.first()
        assert await bot.round(YEARS) == []
        push(fake, "1.1")
        del fake.repository("demo/app").tags["1.0"]
        assert await bot.round(-YEARS) == ["demo/app:1.1"]
        assert "1.0" in (await bot.state()).gone


async def test_what_was_noticed_then_is_not_asked_for_in_every_round(store: Store) -> None:
    async with FakeRegistry() as fake, polling(store, fake) as bot:
        push(fake, "1.0")
        await bot.first()
        bot.clock.time += YEARS
        for number in range(1, 10):
            push(fake, f"1.{number}")
        assert len(await bot.round()) == 9
        await bot.round(-YEARS)
        fake.requests.clear()
        await bot.round()
        assert fake.count("HEAD") <= 1


async def test_a_new_repository_of_a_namespace_is_found(store: Store) -> None:
    async with (
        FakeRegistry(api="quay") as fake,
        polling(store, fake, "HOST/demo/*", tag_apis=apis(fake)) as bot,
    ):
        push(fake, "1.0")
        await bot.first()
        await bot.round(YEARS)
        push(fake, "1.0", repository="demo/other")
        await bot.round(-YEARS)
        assert await bot.round(INTERVAL) == ["demo/other:1.0?"]


async def test_what_was_released_is_looked_at_again(store: Store) -> None:
    async with second(store) as bot:
        await bot.release("1.0")
        await bot.days(1)
        bot.polling.clock.time += YEARS
        await bot.days(1)
        bot.polling.clock.time -= YEARS
        del bot.fake.repository(OLD).tags["1.0"]
        assert await bot.days(2) == ["demo/app:1.0"]
        assert (await bot.look("1.0")).reason == Reason.TAG_GONE
