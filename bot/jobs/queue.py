"""The queue: docket on our store, with the semantics that the doors need.

What docket 0.27 gives: a key waits or runs at most once, `replace` makes it run again later whatever it does now, and
what a worker took and did not finish goes to another one. What is ours: deliveries seen, settling, StoreError.

What is found in the store is read as plain values only (plain_docket.py): nobody can put code there that we run.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from docket.execution import Disposition, Execution, ExecutionState
from redis.exceptions import ConnectionError as RedisConnectionError

from bot.errors import StoreError
from bot.intake.job import CheckJob
from bot.jobs.plain_docket import PlainDocket
from bot.jobs.timing import ENQUEUE_MAX, Timing
from bot.settings import Settings
from bot.store import Store, trouble
from bot.store.deliveries import Deliveries

log = structlog.get_logger(__name__)

CHECK: Final = "check_image"
"""The task's name on the wire; a worker registers its own function for it."""

NAME: Final = "provenance:jobs"
"""What docket's keys begin with."""

EXECUTION_TTL: Final = timedelta(minutes=5)
"""How long docket remembers a job that has ended."""

AT_ONCE: Final = 8
"""Jobs that this process stores at the same time; others wait, instead of failing for want of a connection."""

_ENDED: Final = {ExecutionState.COMPLETED, ExecutionState.FAILED, ExecutionState.CANCELLED}

_PAUSES: Final = (0.1, 0.4, 1.0)
"""Seconds between tries: the first command after a restart of the store finds a dead connection."""


class DocketQueue:
    """A `JobQueue`. Nothing but text and numbers travels, as plain_docket.py reads nothing else."""

    def __init__(self, docket: PlainDocket, store: Store, *, settle_max: float) -> None:
        self.docket = docket
        self._store = store
        self._deliveries = Deliveries(store)
        self._settle_max = settle_max
        self._room = asyncio.Semaphore(AT_ONCE)

    async def enqueue(self, job: CheckJob, *, key: str, delivery: str = "", delay: float = 0.0) -> bool:
        """See JobQueue. When this returns, the job survives the death of any process."""
        if delivery and not await self._deliveries.take(delivery):
            return False
        try:
            placed = await self._place(job.model_dump_json(), key, delay)
        except StoreError:
            if delivery:
                with contextlib.suppress(StoreError):
                    await self._deliveries.drop(delivery)
            raise
        if delivery:
            try:
                await self._deliveries.stored(delivery)
            except StoreError:  # the job is safe; at worst the same delivery is checked twice
                log.warning("a delivery was queued but not remembered", key=key)
        return placed

    async def is_open(self, key: str) -> bool:
        """Whether what was asked for under that key (without a delay) has not come to an end. Raises StoreError."""
        with trouble("looking for a job"):
            found = await self.docket.get_execution(f"asked:{key}")
        return found is not None and found.state not in _ENDED

    async def _place(self, text: str, key: str, delay: float) -> bool:
        """Store it, in a few tries: each step may be done twice without harm."""
        with trouble("queueing a check"):
            async with asyncio.timeout(ENQUEUE_MAX), self._room:
                for pause in _PAUSES:
                    try:
                        return await self._add(text, key, delay)
                    except RedisConnectionError:
                        await asyncio.sleep(pause)
                return await self._add(text, key, delay)

    async def _add(self, text: str, key: str, delay: float) -> bool:
        # What a person asked for and what a push announced do not wait for each other.
        name = f"pushed:{key}" if delay else f"asked:{key}"
        now = int(await self._store.now() * 1000)
        since = now + int(delay * 1000)  # a look that began before this one is due says nothing about it
        due = datetime.now(UTC) + timedelta(seconds=delay)
        added = await self.docket.add(CHECK, due, name)(text, now, since)
        if added.disposition is Disposition.SCHEDULED:
            return True
        waiting = await self.docket.get_execution(name)
        if waiting is None or waiting.state not in {ExecutionState.SCHEDULED, ExecutionState.QUEUED}:
            # It runs at this moment, or has just ended: it may have looked before this event. So once more.
            await self.docket.replace(CHECK, due, name)(text, now, since)
            return True
        first = _first_event(waiting, now)
        if delay:
            latest = datetime.fromtimestamp(first / 1000 + self._settle_max, UTC)
            due = max(waiting.when, min(due, latest))
        await self.docket.replace(CHECK, due, name)(text, first, since)
        return False


def _first_event(waiting: Execution, now: int) -> int:
    """When the first event of that job came, in milliseconds; `now` for what cannot be."""
    first = waiting.args[1] if len(waiting.args) > 1 else now
    return first if isinstance(first, int) and 0 < first <= now else now


async def _elsewhere(job: str, first: int, since: int) -> None:
    """Stands for the check where jobs are only queued; it never runs there."""


@asynccontextmanager
async def open_queue(store: Store, settings: Settings, pace: Timing | None = None) -> AsyncIterator[DocketQueue]:
    """The queue on that store. Raises StoreError when the store is away."""
    pace = pace or Timing()
    docket = PlainDocket(
        name=NAME,
        url=_with_connections(store.url, 2 * settings.concurrency + 20),
        heartbeat_interval=timedelta(seconds=pace.beat),
        execution_ttl=EXECUTION_TTL,
    )
    docket.register(_elsewhere, names=[CHECK])
    async with AsyncExitStack() as stack:
        with trouble("opening the queue"):
            await stack.enter_async_context(docket)
        yield DocketQueue(docket, store, settle_max=settings.settle_max)


def _with_connections(url: str, number: int) -> str:
    # With redis-py's default a busy worker waits for connections for ever.
    return f"{url}{'&' if '?' in url else '?'}max_connections={number}"
