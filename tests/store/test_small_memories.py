"""Deliveries, attempts, image locks, dead letters, digests: what each remembers, and for how long."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.errors import StoreError
from bot.store import Store, dead_letters, deliveries
from bot.store import digests as known
from bot.store.attempts import Attempts
from bot.store.dead_letters import DeadLetter, DeadLetters
from bot.store.deliveries import Deliveries
from bot.store.digests import Digests
from bot.store.image_lock import ImageLocks
from tests.making import digest
from tests.reports import report
from tests.waiting import PATIENCE


async def test_a_delivery_is_taken_once(store: Store) -> None:
    seen = Deliveries(store)
    assert await seen.take("github/1")
    await seen.stored("github/1")
    assert not await seen.take("github/1")
    assert await seen.take("github/2")


async def test_a_stored_delivery_is_remembered_for_as_long_as_a_sender_may_repeat_it(store: Store) -> None:
    seen = Deliveries(store)
    await seen.stored("github/1")
    (key,) = [key async for key in store.redis.scan_iter(store.key("delivery", "*"))]
    assert deliveries.DELIVERY_MEMORY - 60 < await store.redis.ttl(key) <= deliveries.DELIVERY_MEMORY


async def test_deliveries_are_counted_by_source_and_outcome(store: Store) -> None:
    seen = Deliveries(store)
    await seen.count("quay", {"queued": 2, "malformed": 1})
    await seen.count("quay", {"queued": 3})
    assert await seen.counts("quay") == {"queued": 5, "malformed": 1}
    assert await seen.counts("github") == {}


async def test_of_many_at_once_one_takes_it_and_the_others_wait_for_it(store: Store) -> None:
    seen = Deliveries(store, storing=PATIENCE)

    async def one() -> bool:
        mine = await seen.take("quay/1")
        if mine:
            await asyncio.sleep(0.1)
            await seen.stored("quay/1")
        return mine

    assert sum(await asyncio.gather(*(one() for _ in range(30)))) == 1


async def test_a_delivery_that_could_not_be_stored_is_taken_again(store: Store) -> None:
    seen = Deliveries(store)
    assert await seen.take("quay/1")
    await seen.drop("quay/1")
    assert await seen.take("quay/1")


async def test_a_delivery_in_the_hands_of_the_dead_is_taken_by_another(store: Store) -> None:
    seen = Deliveries(store, storing=0.1)
    assert await seen.take("quay/1")
    assert await seen.take("quay/1")  # nobody stored it


async def test_a_claim_that_never_ends_is_not_waited_for(store: Store) -> None:
    """The sender sends again; meanwhile its connection must not stay open for ever."""
    assert await Deliveries(store).take("quay/1")
    (key,) = await store.redis.keys("*")
    await store.redis.persist(key)  # without an end, as no process of ours leaves it
    with pytest.raises(StoreError):
        await Deliveries(store, storing=0.01).take("quay/1")


async def test_the_senders_id_does_not_stand_in_a_key(store: Store) -> None:
    await Deliveries(store).take("quay/{}\r\n" + "x" * 100_000)
    (key,) = await store.redis.keys("*")
    assert len(key) < 100


async def test_a_senders_id_may_be_any_bytes(store: Store) -> None:
    """A header's bytes that are not UTF-8 arrive as halves of characters."""
    seen = Deliveries(store)
    assert await seen.take("github/\udcff")
    await seen.stored("github/\udcff")
    assert not await seen.take("github/\udcff")


async def test_deliveries_are_counted_by_what_became_of_them(store: Store) -> None:
    seen = Deliveries(store)
    await seen.count("quay", {"queued": 1, "no tag": 3})
    await seen.count("quay", {"queued": 1})
    assert await seen.counts("quay") == {"queued": 2, "no tag": 3}
    assert await seen.counts("other") == {}


async def test_tries_are_counted_until_they_are_forgotten(store: Store) -> None:
    attempts = Attempts(store)
    assert (await attempts.start("job")).starts == 1
    assert (await attempts.fail("job")).failures == 1
    tried = await attempts.start("job")
    assert (tried.starts, tried.failures) == (2, 1)
    await attempts.forget("job")
    assert (await attempts.start("job")).starts == 1


async def test_failures_at_the_same_moment_are_one(store: Store) -> None:
    attempts = Attempts(store)
    for _ in range(8):
        assert (await attempts.fail("job", together=60.0)).failures == 1
    assert (await attempts.fail("job", together=0.0)).failures == 2


async def test_a_failure_counts_also_when_the_clock_was_set_back_since_the_one_before(store: Store) -> None:
    """As by another server that takes over: until its clock had passed that time, nothing was counted."""
    attempts = Attempts(store)
    await attempts.fail("job")
    later = str(await store.now() + 3600)
    await store.redis.hset(store.key("attempts", "job"), "failed_at", later)
    for count, together in ((2, 0.0), (2, 60.0), (3, 0.0)):
        assert (await attempts.fail("job", together=together)).failures == count


async def test_one_job_has_the_lock_and_only_the_holder_ends_it(store: Store) -> None:
    locks = ImageLocks(store, 30)
    assert await locks.take("image", "one")
    assert not await locks.take("image", "two")
    assert await locks.take("image", "one")  # back after a crash
    await locks.release("image", "two")
    assert not await locks.take("image", "two")
    await locks.release("image", "one")
    assert await locks.take("image", "two")


async def test_a_lock_ends_by_itself(store: Store) -> None:
    locks = ImageLocks(store, 0.05)
    assert await locks.take("image", "dead")
    await asyncio.sleep(0.1)
    assert await locks.take("image", "next")


async def test_dead_letters_are_bounded_and_newest_first(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dead_letters, "DEAD_MAX", 3)
    dead = DeadLetters(store)
    for number in range(5):
        await dead.add(DeadLetter(job="{}" * 5000, why=str(number), starts=1, at=datetime.now(UTC)))
    assert await dead.count() == 3
    letters = await dead.newest()
    assert [letter.why for letter in letters] == ["4", "3", "2"]
    assert len(letters[0].job) == dead_letters.TEXT_MAX
    await store.redis.lpush(store.key("dead-letters"), "no letter")
    assert len(await dead.newest()) == 2 + 1


async def test_a_digest_leads_to_the_tags_of_its_image(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "TAGS_MAX", 2)
    digests = Digests(store)
    one = report("quay.io/acme/app:1.2.3")
    await digests.remember_all(one)
    name = "quay.io/acme/app"
    assert await digests.tags(name, one.digest) == ("1.2.3",)
    assert await digests.tags(name, one.platforms[0].digest) == ("1.2.3",)
    assert await digests.tags(name, digest("another")) == ()
    assert await digests.tags("quay.io/acme/other", one.digest) == ()
    for tag in ("1.2", "1"):
        await digests.remember(name, one.digest, tag)
    assert await digests.tags(name, one.digest) == ("1", "1.2")
    await digests.remember_all(report(f"quay.io/acme/app@{one.digest}"))  # no tag, nothing to remember
    assert await digests.tags(name, one.digest) == ("1", "1.2")


async def test_a_store_of_another_kind_is_a_store_error(store: Store) -> None:
    await store.redis.set(store.key("attempts", "job"), "not a hash")
    with pytest.raises(StoreError, match="counting attempts"):
        await Attempts(store).start("job")
