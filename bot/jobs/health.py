"""How the machinery is: does the store answer, does a worker run, how much waits. For /readyz, pages and the doctor."""

import asyncio
from datetime import UTC, datetime
from typing import Final

from docket import Docket
from msgspec import Struct
from msgspec.structs import asdict
from redis.exceptions import ResponseError

from bot.errors import StoreError
from bot.jobs.queue import DocketQueue
from bot.store import Store, trouble
from bot.store.dead_letters import DeadLetters

LOOK_MAX: Final = 2.0
"""Seconds for the whole look; who asks whether we are ready does not wait longer."""

NOBODY_WORKS: Final = "no worker runs, so jobs wait in the store; start `provenance work`"


class Health(Struct, frozen=True):
    """Facts of one moment. `why` says what keeps the bot from being ready; without the store all counts are 0."""

    store: bool
    why: str = ""
    workers: int = 0  # whose heartbeat was seen of late
    waiting: int = 0  # jobs that are due, and that no worker has taken yet
    running: int = 0
    later: int = 0  # jobs that settle, or wait for their next try
    late: float = 0.0  # seconds since the most overdue of these was due, when nobody moves it on
    dead: int = 0  # jobs that were given up

    @property
    def ready(self) -> bool:
        """Whether what is announced or asked for now will be checked."""
        return self.store and self.workers > 0

    def facts(self) -> dict[str, bool | int | float | str]:
        """All of it, for JSON."""
        return {"ready": self.ready, **asdict(self)}


async def look(store: Store, queue: DocketQueue) -> Health:
    """Ask the store, for LOOK_MAX at most. Raises nothing."""
    try:
        with trouble("looking at the queue"):
            async with asyncio.timeout(LOOK_MAX):
                return await _look(store, queue)
    except StoreError as error:
        return Health(store=False, why=str(error))


async def _look(store: Store, queue: DocketQueue) -> Health:
    await store.require_writable()
    lanes = [await count_lane(docket) for docket in queue.dockets.values()]
    due = min((lane.first_due for lane in lanes if lane.first_due), default=0.0)
    workers = min(lane.workers for lane in lanes)
    return Health(
        store=True,
        why="" if workers else NOBODY_WORKS,
        workers=workers,
        waiting=sum(lane.waiting for lane in lanes),
        running=sum(lane.running for lane in lanes),
        later=sum(lane.later for lane in lanes),
        late=max(0.0, datetime.now(UTC).timestamp() - due) if due else 0.0,
        dead=await DeadLetters(store).count(),
    )


class LaneCounts(Struct, frozen=True):
    """Counts of one lane; times in seconds since the epoch, 0 when there is none.

    `first_due`: when the first of the jobs that wait for their time is due.
    `oldest`: since when the oldest of the due and running jobs waits.
    """

    workers: int
    in_stream: int
    running: int
    later: int
    first_due: float
    oldest: float = 0.0

    @property
    def waiting(self) -> int:
        """Jobs that are due and that no worker has taken yet."""
        return self.in_stream - self.running


async def count_lane(docket: Docket) -> LaneCounts:
    """Ask the store. Raises what redis-py raises."""
    async with docket.redis() as redis:
        async with redis.pipeline(transaction=True) as pipe:  # at one moment: jobs move from one to the other
            pipe.xlen(docket.stream_key)
            pipe.zcard(docket.queue_key)
            pipe.zrange(docket.queue_key, 0, 0, withscores=True)  # type: ignore[call-arg]  # docket names fewer
            pipe.xrange(docket.stream_key, count=1)
            in_stream, later, first, oldest = await pipe.execute()
        try:
            running = int((await redis.xpending(docket.stream_key, docket.worker_group_name))["pending"])
        except ResponseError:  # no worker was ever here
            running = 0
    return LaneCounts(
        workers=len(await docket.workers()),
        in_stream=in_stream,
        running=running,
        later=later,
        first_due=first[0][1] if first else 0.0,
        oldest=int(bytes(oldest[0][0]).partition(b"-")[0]) / 1000
        if oldest
        else 0.0,  # a stream's ids begin with the time
    )
