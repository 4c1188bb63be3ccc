"""Commands of several tasks go to the server together; each task gets its own answer, or its own error."""

import asyncio

import pytest
from redis.asyncio import Redis
from redis.exceptions import DataError, NoScriptError, ResponseError

from bot.errors import StoreError
from bot.store import Store, trouble
from bot.store.grouping import GROUP_MAX, ROUNDS_MAX, GroupingRedis
from tests.real_redis import RedisServer
from tests.waiting import eventually

MANY = 50


@pytest.fixture
def redis(store: Store) -> GroupingRedis:
    assert isinstance(store.redis, GroupingRedis)
    return store.redis


async def reads(redis: GroupingRedis) -> int:
    """How often the server read from its clients."""
    return int((await redis.info("stats"))["total_reads_processed"])


async def test_each_gets_its_own_answer(redis: GroupingRedis) -> None:
    async def one(number: int) -> None:
        await redis.set(f"k{number}", str(number))
        assert await redis.get(f"k{number}") == str(number)
        assert await redis.hset(f"h{number}", mapping={"a": "1", "b": str(number)}) == 2
        assert await redis.hgetall(f"h{number}") == {"a": "1", "b": str(number)}

    await asyncio.gather(*(one(number) for number in range(3 * GROUP_MAX)))


async def test_many_commands_take_few_round_trips(redis: GroupingRedis) -> None:
    before = await reads(redis)
    await asyncio.gather(*(redis.set(f"k{number}", "v") for number in range(MANY)))
    assert await reads(redis) - before < MANY / 3


async def test_pipelines_that_are_no_transactions_travel_with_the_others(redis: GroupingRedis) -> None:
    async def one(number: int) -> list[object]:
        async with redis.pipeline(transaction=False) as pipe:
            pipe.set(f"k{number}", "v")
            pipe.hset(f"h{number}", mapping={"a": "1"})
            pipe.hgetall(f"h{number}")
            return await pipe.execute()

    before = await reads(redis)
    assert await asyncio.gather(*map(one, range(MANY))) == [[True, 1, {"a": "1"}]] * MANY
    assert await reads(redis) - before < MANY / 3


async def test_a_pipeline_is_not_cut_where_a_group_ends(store: Store, redis: GroupingRedis) -> None:
    """Its second half would travel on another connection, and might be done before the first."""
    gates = [asyncio.ensure_future(redis.blpop([f"gate{number}"], timeout=60)) for number in range(ROUNDS_MAX)]
    await eventually(lambda: _are_blocked(store, ROUNDS_MAX))
    first = asyncio.ensure_future(redis.blpop(["first"], timeout=60))
    others = [asyncio.ensure_future(redis.ping()) for _ in range(GROUP_MAX - 2)]
    pipe = redis.pipeline(transaction=False)
    for _ in range(2):
        pipe.client_id()
    together = asyncio.ensure_future(pipe.execute())
    await asyncio.sleep(0)  # all of them wait, the pipeline last
    async with Redis.from_url(store.url) as other:
        for number, gate in enumerate(gates):
            await other.rpush(f"gate{number}", "open")
            await gate
        await other.rpush("first", "open")
    await asyncio.gather(first, *others)
    assert len(set(await together)) == 1


async def test_an_error_in_a_pipeline_is_raised_by_that_one(redis: GroupingRedis) -> None:
    await redis.set("text", "not a number")

    async def one(*, is_wrong: bool) -> list[object]:
        async with redis.pipeline(transaction=False) as pipe:
            pipe.incr("number")
            pipe.incr("text" if is_wrong else "number")
            return await pipe.execute()

    asked = (one(is_wrong=not number % 5) for number in range(MANY))
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [isinstance(answer, ResponseError) for answer in answers] == [not number % 5 for number in range(MANY)]
    assert await redis.get("number") == str(MANY + MANY * 4 // 5)


async def test_a_connection_that_the_server_closed_meanwhile_is_opened_again(
    store: Store, redis: GroupingRedis
) -> None:
    await asyncio.gather(*(redis.incr("number") for _ in range(MANY)))
    async with Redis.from_url(store.url) as other:
        await other.client_kill_filter(_type="normal", skipme=True)
    assert await redis.incr("number") == MANY + 1  # once: it was not sent into a connection that is closed


async def test_an_answer_that_is_waited_for_no_longer_comes_to_nobody_else(redis: GroupingRedis) -> None:
    waiting = asyncio.ensure_future(redis.blpop(["nothing"], timeout=60))
    await eventually(lambda: _is_blocked(redis))
    waiting.cancel()
    answers = await asyncio.gather(*(redis.incr("number") for _ in range(MANY)))
    assert sorted(answers) == list(range(1, MANY + 1))


async def test_an_error_is_that_of_one_command(redis: GroupingRedis) -> None:
    await redis.set("text", "not a number")
    asked = [redis.incr("text") if number % 2 else redis.incr("number") for number in range(MANY)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert sorted(answer for answer in answers if isinstance(answer, int)) == list(range(1, MANY // 2 + 1))
    assert sum(isinstance(answer, ResponseError) for answer in answers) == MANY // 2


async def test_bytes_that_are_no_text_take_nobody_along(store: Store, redis: GroupingRedis) -> None:
    async with Redis.from_url(store.url) as raw:
        await raw.set("bytes", b"\xff\xfe")
    await redis.set("text", "a")
    asked = [redis.get("text" if number % 5 else "bytes") for number in range(MANY)]
    assert await asyncio.gather(*asked) == ["a" if number % 5 else "\ufffd\ufffd" for number in range(MANY)]


async def test_a_command_that_cannot_be_packed_takes_nobody_along(redis: GroupingRedis) -> None:
    asked = [redis.set(f"k{number}", "v" if number % 5 else "\ud800") for number in range(MANY)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [isinstance(answer, DataError) for answer in answers] == [not number % 5 for number in range(MANY)]
    assert await redis.get("k1") == "v"
    with pytest.raises(StoreError), trouble("keeping a text"):
        await redis.set("k", "\ud800")


async def test_a_script_that_the_server_does_not_know_is_loaded(redis: GroupingRedis) -> None:
    await redis.script_flush()
    script = redis.register_script("return ARGV[1]")
    assert await asyncio.gather(*(script(args=[number]) for number in range(MANY))) == [str(n) for n in range(MANY)]
    with pytest.raises(NoScriptError):
        await redis.evalsha("0" * 40, 0)


async def test_who_is_cancelled_takes_nobody_along(redis: GroupingRedis) -> None:
    tasks = [asyncio.ensure_future(redis.incr("number")) for _ in range(MANY)]
    await asyncio.sleep(0)
    gone = tasks[:: ROUNDS_MAX + 1]
    for task in gone:
        task.cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert sum(isinstance(answer, asyncio.CancelledError) for answer in answers) == len(gone)
    assert sum(isinstance(answer, int) for answer in answers) == MANY - len(gone)
    assert await redis.ping()


async def test_a_server_that_is_gone_is_an_error_for_all_and_then_forgotten(
    store: Store, empty_store: RedisServer
) -> None:
    redis = store.redis
    empty_store.kill()
    try:
        answers = await asyncio.gather(*(redis.incr("number") for _ in range(MANY)), return_exceptions=True)
        assert all(isinstance(answer, Exception) for answer in answers)
    finally:
        empty_store.start()
    await eventually(lambda: _answers(store))
    assert sorted(await asyncio.gather(*(redis.incr("number") for _ in range(3)))) == [1, 2, 3]


async def _answers(store: Store) -> bool:
    try:
        await store.require_writable()
    except StoreError:
        return False
    return True


async def _are_blocked(store: Store, count: int) -> bool:
    async with Redis.from_url(store.url) as other:
        return int((await other.info("clients"))["blocked_clients"]) == count


async def _is_blocked(redis: GroupingRedis) -> bool:
    return int((await redis.info("clients"))["blocked_clients"]) == 1
