"""Several commands as one, if what they build upon still holds what was seen."""

import asyncio

import pytest
from redis.exceptions import ResponseError

from bot.store import Store
from bot.store.atomic import WORDS_MAX, Atomic


async def changed(store: Store, *, hash_: dict[str, str], text: str | None) -> bool:
    """Whether a change goes through that saw these."""
    async with store.redis.pipeline() as pipe:
        pipe.set("text", "new")
        pipe.hset("hash", "a", "new")
        pipe.zadd("list", {"one": 1.5}, gt=True)
        return await Atomic(store.redis).run(pipe, {"hash": hash_, "text": text})


async def test_all_is_done_when_all_is_as_it_was_seen(store: Store) -> None:
    await store.redis.hset("hash", mapping={"a": "1", "b": "ü"})
    assert await changed(store, hash_={"a": "1", "b": "ü"}, text=None)
    assert await store.redis.hgetall("hash") == {"a": "new", "b": "ü"}
    assert await store.redis.get("text") == "new"
    assert await store.redis.zscore("list", "one") == 1.5


@pytest.mark.parametrize(
    ("hash_", "text"),
    [
        ({}, "1"),
        ({"a": "1"}, "1"),
        ({"a": "1", "b": "3"}, "1"),
        ({"a": "1", "b": "2"}, "2"),
        ({"a": "1", "b": "2"}, ""),
        ({"a": "1", "b": "2"}, None),
        ({"a1": "", "b": "2"}, "1"),
    ],
)
async def test_nothing_is_done_when_one_has_changed(store: Store, hash_: dict[str, str], text: str | None) -> None:
    await store.redis.hset("hash", mapping={"a": "1", "b": "2"})
    await store.redis.set("text", "1")
    assert not await changed(store, hash_=hash_, text=text)
    assert await store.redis.hgetall("hash") == {"a": "1", "b": "2"}
    assert await store.redis.get("text") == "1"
    assert not await store.redis.exists("list")


async def test_of_two_that_saw_the_same_one_gets_through(store: Store) -> None:
    await store.redis.set("text", "0")
    done = await asyncio.gather(*(changed(store, hash_={}, text="0") for _ in range(20)))
    assert sum(done) == 1


async def test_without_anything_seen_all_is_done(store: Store) -> None:
    async with store.redis.pipeline() as pipe:
        pipe.hset("hash", items=[word for number in range(1900) for word in (f"f{number}", "")])
        assert await Atomic(store.redis).run(pipe)
    assert await store.redis.hlen("hash") == 1900


async def test_what_cannot_be_is_an_error(store: Store) -> None:
    async with store.redis.pipeline() as pipe:
        pipe.sadd("set", *map(str, range(WORDS_MAX)))
        with pytest.raises(ValueError, match="words"):
            await Atomic(store.redis).run(pipe)
    await store.redis.set("text", "1")
    async with store.redis.pipeline() as pipe:
        pipe.hset("text", "a", "1")
        with pytest.raises(ResponseError):
            await Atomic(store.redis).run(pipe)
