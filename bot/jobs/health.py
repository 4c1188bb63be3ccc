"""How the machinery is: is the store there, does anybody work, how much waits. For /readyz, pages and the doctor."""

import asyncio
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Final

from redis.exceptions import ResponseError

from bot.errors import StoreError
from bot.jobs.queue import DocketQueue
from bot.store import Store, trouble
from bot.store.dead_letters import DeadLetters

LOOK_MAX: Final = 2.0
"""Seconds for the whole look; who asks whether we are ready does not wait longer."""

NOBODY_WORKS: Final = "no worker lives, so what is taken waits in the store; start `provenance work`"


@dataclass(frozen=True, slots=True)
class Health:
    """Facts of one moment. `why` says what keeps the bot from being ready; without the store all counts are 0."""

    store: bool
    why: str = ""
    workers: int = 0  # whose heartbeat was seen of late
    waiting: int = 0  # jobs that are due, and that nobody has taken yet
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
    await store.ping()
    docket = queue.docket
    async with docket.redis() as redis:
        in_stream = await redis.xlen(docket.stream_key)
        later = await redis.zcard(docket.queue_key)
        first = await redis.zrange(docket.queue_key, 0, 0, withscores=True)
        try:
            running = int((await redis.xpending(docket.stream_key, docket.worker_group_name))["pending"])
        except ResponseError:  # no worker was ever here
            running = 0
    due = first[0][1] if first else 0.0
    workers = len(await docket.workers())
    return Health(
        store=True,
        why="" if workers else NOBODY_WORKS,
        workers=workers,
        waiting=in_stream - running,
        running=running,
        later=later,
        late=max(0.0, datetime.now(UTC).timestamp() - due) if first else 0.0,
        dead=await DeadLetters(store).count(),
    )
