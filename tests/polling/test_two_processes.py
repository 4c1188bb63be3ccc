"""One poller among many processes: who has the lease looks, and who has lost it writes nothing."""

import asyncio

import pytest

from bot.store import Store
from bot.store.lease import Lease
from bot.store.polls import LostLeaseError, Polls, RepositoryState
from bot.store.second_looks import SecondLook, SecondLooks
from tests.fake_registry import FakeRegistry
from tests.oci.opened import Clock
from tests.polling.parts import polling
from tests.polling.test_poller import push
from tests.waiting import eventually


async def test_only_one_of_two_polls_and_the_other_takes_over_when_it_is_gone(store: Store) -> None:
    async with (
        FakeRegistry() as fake,
        polling(store, fake, holder="one") as one,
        polling(store, fake, holder="two") as two,
    ):
        push(fake, "1.0")
        await one.first()
        assert await two.poller.leases.take() is None
        await one.poller.leases.release()
        two.clock.time = one.clock.time
        push(fake, "1.1")
        assert await two.round() == ["demo/app:1.1"]  # it knows what the other one knew


async def test_who_slept_and_lost_the_lease_writes_nothing(store: Store) -> None:
    async with (
        FakeRegistry() as fake,
        polling(store, fake, holder="one") as one,
        polling(store, fake, holder="two") as two,
    ):
        push(fake, "1.0")
        await one.first()
        asleep = await one.lease()
        await store.redis.delete(asleep.key)  # its time is over
        awake = await two.lease()
        assert awake.number > asleep.number
        push(fake, "1.1")
        one.clock.time += 900
        with pytest.raises(LostLeaseError):
            await one.poller.round(asleep)
        assert "1.1" not in (await one.state()).digests
        two.clock.time = one.clock.time
        await two.poller.round(awake)
        assert "1.1" in (await two.state()).digests


async def test_every_write_is_fenced(store: Store) -> None:
    polls, stale = Polls(store), Lease(store.key("lease", "poller"), 1)
    await store.redis.hset(stale.key, mapping={"holder": "x", "number": 2})
    with pytest.raises(LostLeaseError):
        await polls.save("quay.io/acme/app", RepositoryState(), due=0.0, lease=stale)
    with pytest.raises(LostLeaseError):
        await polls.put_off("quay.io/acme/app", due=0.0, lease=stale)
    with pytest.raises(LostLeaseError):
        await SecondLooks(store).save("quay.io/acme/app:1.0", SecondLook(), due=0.0, lease=stale)
    await store.redis.zadd(store.key("polls"), {"quay.io/acme/app": 0})
    await polls.forget(["quay.io/acme/app"], lease=stale)
    assert await polls.due() == {"quay.io/acme/app": 0.0}


async def test_two_running_pollers_notice_each_push(store: Store) -> None:
    stop, clock = asyncio.Event(), Clock(time=1_790_000_000.0)

    async def passing() -> float:
        """Time goes on whenever somebody asks for it, however slow the machine is."""
        clock.time += 0.05
        return clock.time

    async with (
        FakeRegistry() as fake,
        polling(store, fake, holder="one", clock=clock) as one,
        polling(store, fake, holder="two", clock=clock) as two,
    ):
        for bot in (one, two):
            bot.poller.beat = 0.01
            bot.poller.interval = 0.1
            bot.poller.now = passing
        push(fake, "1.0")
        tasks = [asyncio.create_task(bot.poller.run(stop)) for bot in (one, two)]

        def calls() -> list[str]:
            """Who loses the lease during a look may queue the same check: in the store its key is the same."""
            images = [job.image for bot in (one, two) for job in bot.queue.calls if not job.is_quiet]
            return list(dict.fromkeys(images))

        await eventually(lambda: any(job.is_quiet for bot in (one, two) for job in bot.queue.calls))
        push(fake, "1.1")
        await eventually(lambda: len(calls()) >= 1)
        holder = str(await store.redis.hget(store.key("lease", "poller"), "holder"))
        await store.redis.delete(store.key("lease", "poller"))
        push(fake, "1.2")
        await eventually(lambda: len(calls()) >= 2)
        stop.set()
        await asyncio.gather(*tasks)
        assert sorted(image.rpartition(":")[2] for image in calls()) == ["1.1", "1.2"]
        assert holder in {"one", "two"}
