"""An older program does not read what a newer one wrote; a newer one takes over what an older one left."""

import asyncio

import pytest
from pydantic import SecretStr

from bot.errors import SettingsError
from bot.settings import Settings
from bot.store import Store, open_store
from bot.store.reports import Reports
from bot.store.schema import KEY, SCHEMA
from tests.forks import NOTHING_SET, forked
from tests.reports import report


def settings(store: Store) -> Settings:
    return Settings(redis_url=SecretStr(store.url))


async def test_a_store_without_a_number_is_taken_over(store: Store) -> None:
    """So the version before releases left it."""
    await Reports(store).save(report("quay.io/acme/app:1"), started=1.0, policy="p")
    async with open_store(settings(store)) as opened:
        assert await Reports(opened).latest("quay.io/acme/app:1") is not None
    assert await store.redis.get(KEY) == str(SCHEMA)
    assert await store.redis.ttl(KEY) == -1


async def test_a_lower_number_goes_up(store: Store) -> None:
    await store.redis.set(KEY, SCHEMA - 1)
    async with open_store(settings(store)):
        pass
    assert await store.redis.get(KEY) == str(SCHEMA)


async def test_a_newer_store_is_refused_and_left_alone(store: Store) -> None:
    await store.redis.set(KEY, SCHEMA + 1)
    with pytest.raises(SettingsError, match=f"schema {SCHEMA + 1}, this one writes {SCHEMA}"):
        async with open_store(settings(store)):
            pass
    assert await store.redis.keys("*") == [KEY]
    assert await store.redis.get(KEY) == str(SCHEMA + 1)


@pytest.mark.parametrize("garbage", ["", "two", "-1", "²", "9" * 5000])
async def test_a_number_that_is_none_is_named(store: Store, garbage: str) -> None:
    await store.redis.set(KEY, garbage)
    with pytest.raises(SettingsError, match=KEY):
        async with open_store(settings(store)):
            pass


@pytest.mark.parametrize("command", [["serve"], ["work"], ["watches"], ["jobs"]])
async def test_every_command_says_so(store: Store, command: list[str]) -> None:
    await store.redis.set(KEY, SCHEMA + 1)
    code, _, err = await asyncio.to_thread(forked, command, {**NOTHING_SET, "REDIS_URL": store.url, "PORT": "0"})
    assert code == 2, err
    assert "newer version of provenance-bot" in err
