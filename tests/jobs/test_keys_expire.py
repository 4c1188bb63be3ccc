"""Every key has a time to live, or a reason."""

import re
from typing import Final

from bot.errors import DeniedError, UnavailableError
from bot.jobs.lanes import Lane
from bot.jobs.queue import NAME, open_queue
from bot.store import Store
from bot.store.deliveries import Deliveries
from bot.values import replace
from tests.jobs.parts import HASTE, UNREAD, Looker, Teller, push, question, settings, working
from tests.waiting import eventually

LANE: Final = rf"{NAME}:({'|'.join(Lane)})"
NAMES: Final = "(pushed|asked|report|failure)"
REASONS: Final = {
    "provenance:schema": "which version's records the store has: it belongs to the store",
    "provenance:board:version": "that the board was filled from older records: the same",
    rf"{LANE}:stream": "the queue itself: what is done is taken out of it",
    rf"{LANE}:queue": "jobs that are due later: gone with the last of them",
    rf"{LANE}:{NAMES}:.*": "a job that is due later: gone when it is due",
    rf"{LANE}:runs:{NAMES}:.*": "a job that waits or runs: it gets its time to live when it ends",
    rf"{LANE}:progress:.*": "a job that runs: gone when it ends",
    rf"{LANE}:workers": "heartbeats: each worker takes out those that are old",
    rf"{LANE}:task-workers:.*": "heartbeats, as above",
}


async def lasting(store: Store) -> list[str]:
    """Keys without a time to live."""
    keys = [str(key) for key in await store.redis.keys("*")]
    return [key for key in keys if await store.redis.ttl(key) == -1]


async def test_no_key_stays_for_ever_without_a_reason(store: Store) -> None:
    checker, publisher = Looker([UNREAD]), Teller()
    silent = Looker([UnavailableError("silent")])
    timing = replace(HASTE, looks=(0.05, 1000.0))
    async with open_queue(store, settings()) as queue:
        async with working(store, checker, publisher, timing=timing):
            await Deliveries(store).count("quay", {"queued": 1})
            await queue.enqueue(push(), key="k", delivery="quay/1", delay=0.01)
            await queue.enqueue(push("quay.io/acme/later:1"), key="later", delivery="quay/2", delay=1000)
            await eventually(publisher.has_told(2))
            checker.answers = [DeniedError("no")]
            await queue.enqueue(question("quay.io/acme/denied:1"), key="denied")
            await eventually(publisher.has_trouble())
        async with working(store, silent, publisher, timing=replace(HASTE, again=(0.01, 0.01))):
            await queue.enqueue(push("quay.io/acme/silent:1"), key="silent")
            await eventually(publisher.has_trouble(2))
            found = await lasting(store)
            assert not [key for key in found if not any(re.fullmatch(pattern, key) for pattern in REASONS)]
        due = ("later", "unread:", ":due:")  # these jobs are due much later

        async def nothing_is_left() -> bool:
            """What runs no more leaves nothing behind."""
            stays = rf"{LANE}:(stream|queue)|provenance:(schema|board:version)"
            left = {key for key in await lasting(store) if not any(name in key for name in due)}
            return all(re.fullmatch(stays, key) for key in left)

        await eventually(nothing_is_left)
