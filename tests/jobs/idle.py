"""What is left to do, of all lanes at one moment: a job that ends in one lane may have its next one in another."""

import math

from msgspec import Struct

from bot.jobs.lanes import Lane
from bot.jobs.queue import DocketQueue
from bot.store import Store


class LaneNow(Struct, frozen=True):
    """Jobs that wait or run, how many are for later, and when the first of these is due (inf: none is)."""

    in_stream: int
    later: int
    first_due: float


async def lanes_now(store: Store, queue: DocketQueue) -> dict[Lane, LaneNow]:
    """In one transaction of the store."""
    async with store.redis.pipeline(transaction=True) as pipe:
        for docket in queue.dockets.values():
            pipe.xlen(docket.stream_key)
            pipe.zcard(docket.queue_key)
            pipe.zrange(docket.queue_key, 0, 0, withscores=True)
        found = await pipe.execute()
    return {
        lane: LaneNow(in_stream, later, first[0][1] if first else math.inf)
        for lane, in_stream, later, first in zip(queue.dockets, found[::3], found[1::3], found[2::3], strict=True)
    }


async def is_idle(store: Store, queue: DocketQueue) -> bool:
    """Whether no job waits or runs, nor will."""
    return not any(lane.in_stream or lane.later for lane in (await lanes_now(store, queue)).values())


async def is_idle_until(store: Store, queue: DocketQueue, moment: float) -> bool:
    """Whether no job waits or runs, nor is due before that time (seconds since the epoch)."""
    return not any(lane.in_stream or lane.first_due < moment for lane in (await lanes_now(store, queue)).values())
