"""A registry that refuses one worker (429) is left alone by all, until it may be asked again. People may ask."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import RateLimitedError
from bot.jobs.lanes import Lane
from bot.jobs.queue import open_queue
from bot.store import Store
from bot.store.quotas import PAUSE, PAUSE_MAX, Quotas
from tests.jobs.parts import Looker, Teller, push, question, settings, working
from tests.reports import report
from tests.waiting import eventually

ONE, TWO, OTHER = "quay.io/acme/app:1", "quay.io/acme/app:2", "docker.io/acme/app:1"


def refusal(seconds: float) -> RateLimitedError:
    return RateLimitedError("429", host="quay.io", retry_at=datetime.now(UTC) + timedelta(seconds=seconds))


async def test_another_worker_does_not_ask_a_registry_that_refused_the_first(store: Store) -> None:
    first, second = Looker([refusal(600)]), Looker([report(OTHER)])
    async with open_queue(store, settings()) as queue:
        async with working(store, first, Teller()):
            await queue.enqueue(push(ONE), key=ONE)
            await eventually(lambda: bool(first.looks))
        publisher = Teller()
        async with working(store, second, publisher):
            await queue.enqueue(push(TWO), key=TWO)
            await queue.enqueue(push(OTHER), key=OTHER)
            await eventually(publisher.has_told(1))
            waiting = await queue.dockets[Lane.PUSHES].get_execution(f"pushed:{TWO}")
    assert second.looks == [OTHER]
    assert waiting is not None
    assert 500 < (waiting.when - datetime.now(UTC)).total_seconds() < 610


async def test_a_person_who_asks_is_not_held_up(store: Store) -> None:
    await Quotas(store).refused("quay.io", 600)
    checker, publisher = Looker(), Teller()
    async with working(store, checker, publisher), open_queue(store, settings()) as queue:
        await queue.enqueue(question(ONE), key="k")
        await eventually(publisher.has_told(1))


async def test_when_the_time_is_over_the_job_is_done(store: Store) -> None:
    await Quotas(store).refused("quay.io", 1.0)
    checker, publisher = Looker(), Teller()
    async with working(store, checker, publisher), open_queue(store, settings()) as queue:
        await queue.enqueue(push(ONE), key=ONE)
        await eventually(publisher.has_told(1))
    assert checker.looks == [ONE]


@pytest.mark.parametrize(("told", "most"), [(None, PAUSE), (6 * 3600.0, PAUSE_MAX), (-5.0, 1.0)])
async def test_a_registry_is_believed_within_reason_and_for_itself_alone(
    store: Store, told: float | None, most: float
) -> None:
    quotas = Quotas(store)
    await quotas.refused("quay.io", told)
    assert most - 1 < await quotas.wait("quay.io") <= most
    assert await quotas.wait("docker.io") == 0


async def test_a_shorter_refusal_does_not_end_a_longer_one(store: Store) -> None:
    quotas = Quotas(store)
    await quotas.refused("quay.io", 300)
    await quotas.refused("quay.io", 2)
    assert await quotas.wait("quay.io") > 290
