"""The queue: docket on our store, with the semantics that the doors need.

What docket 0.27 gives: a key waits or runs at most once, `replace` makes it run again later whatever it does now, and
what a worker took and did not finish goes to another one. What is ours: deliveries seen, settling, StoreError.

What is found in the store is read as plain values only (plain_docket.py): nobody can put code there that we run.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Final, TypeVar

import structlog
from docket.execution import Disposition, ExecutionState
from redis.exceptions import ConnectionError as RedisConnectionError

from bot.errors import StoreError
from bot.intake.job import CheckJob
from bot.intake.question import QuestionJob
from bot.intake.talk import TalkJob
from bot.jobs.docket_call import DocketCall, at, first_event, merged_text, named, set_back, since, text_of
from bot.jobs.lanes import CHECK, FAILURE, QUESTION, REPORT, TALK, TASKS, Lane, checking_lane, posting_lane, slots
from bot.jobs.parts import FailureNote
from bot.jobs.placing import Placed, Placing, PushCall
from bot.jobs.plain_docket import PlainDocket
from bot.jobs.timing import ENQUEUE_MAX, Timing
from bot.settings import Settings
from bot.store import Store, trouble
from bot.store.deliveries import Deliveries
from bot.store.undelivered import UndeliveredPost

log = structlog.get_logger(__name__)

P = TypeVar("P")

NAME: Final = "provenance"
"""What docket's keys begin with, before the lane's own name."""

EXECUTION_TTL: Final = timedelta(minutes=5)
"""How long docket remembers a job that has ended."""

AT_ONCE: Final = 8
"""Jobs of a lane that this process stores at once, with docket's own connections. Others wait, instead of failing for
want of one."""

_ENDED: Final = {ExecutionState.COMPLETED, ExecutionState.FAILED, ExecutionState.CANCELLED}

_PAUSES: Final = (0.1, 0.4, 1.0)
"""Seconds between attempts: the first command after a restart of the store finds a dead connection."""


class DocketQueue:
    """A `JobQueue`, and the `Posts` of a worker. Nothing but text and numbers travels (plain_docket.py)."""

    def __init__(self, dockets: Mapping[Lane, PlainDocket], store: Store, *, settle_max: float) -> None:
        self.dockets = dockets
        self._store = store
        self._deliveries = Deliveries(store)
        self._placing = Placing(store)
        self._settle_max = settle_max
        self._room = {lane: asyncio.Semaphore(AT_ONCE) for lane in dockets}

    async def enqueue(
        self, job: CheckJob, *, key: str, delivery: str = "", delay: float = 0.0, is_announced: bool = False
    ) -> bool:
        """See JobQueue. When this returns, the job survives the death of any process."""
        key, delivery = named(job.workspace, key), delivery and named(job.workspace, delivery)
        call = self._check_of(job, key)
        if delay or is_announced:
            match await self._place_push(job, call, delivery, delay, is_announced=is_announced):
                case Placed.NEW:
                    return True
                case Placed.SEEN:
                    return False
                case Placed.WAITS:
                    return await self._placed_again(call, delivery, delay)
                case Placed.CLAIMED:
                    pass
        if delivery and not await self._deliveries.take(delivery):
            return False
        return await self._placed_again(call, delivery, delay)

    async def _placed_again(self, call: "DocketCall", delivery: str, delay: float) -> bool:
        """Place the job of a delivery that is ours, beside what may wait or run; then the delivery is noted."""
        try:
            placed = await self._place(call, delay)
        except StoreError:
            if delivery:
                with contextlib.suppress(StoreError):
                    await self._deliveries.drop(delivery)
            raise
        if delivery:
            try:
                await self._deliveries.stored(delivery)
            except StoreError:  # the job is safe; at worst the same delivery is checked twice
                log.warning("a delivery was queued but not remembered", key=call.name)
        return placed

    async def ask(self, question: QuestionJob, *, key: str) -> bool:
        """See JobQueue."""
        name = f"question:{named(question.workspace, key)}"
        return await self._place(DocketCall(Lane.ASKED, QUESTION, name, text_of(question)))

    async def talk(self, job: TalkJob, *, key: str) -> bool:
        """See JobQueue."""
        name = f"talk:{named(job.workspace, key)}"
        return await self._place(DocketCall(Lane.ANSWERS, TALK, name, text_of(job)))

    async def post_report(self, job: CheckJob, release: str) -> None:
        """Queue the post of the release that the job's image belongs to, once for all of its images.

        A person's job is their own, because the answer is about one image. Raises StoreError.
        """
        about = job.image if job.is_asked else release
        name = f"report:{named(job.workspace, about)}|{job.channel}|{job.user}"
        await self._place(DocketCall(posting_lane(job), REPORT, name, text_of(job)))

    async def post_failure(self, note: FailureNote) -> None:
        """Queue the post of what went wrong. Raises StoreError."""
        job = note.job
        key = f"{named(job.workspace, job.image)}|{job.channel}|{job.user}"
        await self._place(DocketCall(posting_lane(job), FAILURE, f"failure:{key}", note.model_dump_json()))

    async def post_again(self, post: UndeliveredPost) -> None:
        """Queue a post again that Slack did not take. Raises StoreError."""
        if post.task in TASKS[Lane.POSTS]:
            await self._place(DocketCall(Lane.POSTS, post.task, post.name, post.text))

    async def is_open(self, key: str) -> bool:
        """Whether what a person asked for under that key has not come to an end. Raises StoreError."""
        with trouble("looking for a job"):
            found = await self.dockets[Lane.ASKED].get_execution(f"asked:{key}")
        return found is not None and found.state not in _ENDED

    @staticmethod
    def _check_of(job: CheckJob, key: str) -> "DocketCall":
        lane = checking_lane(job)
        name = f"asked:{key}" if lane is Lane.ASKED else f"pushed:{key}"
        return DocketCall(lane, CHECK, name, text_of(job))

    async def _place(self, call: "DocketCall", delay: float = 0.0) -> bool:
        """Store it, whatever waits or runs under that name."""

        async def add() -> bool:
            async with self._room[call.lane]:
                return await self._add(call, delay)

        return await _tried(add)

    async def _place_push(
        self, job: CheckJob, call: "DocketCall", delivery: str, delay: float, *, is_announced: bool
    ) -> Placed:
        """Store it in one step, if nothing waits or runs under that name."""

        async def place() -> Placed:
            # By the store's clock, which may be an hour from ours; a hair late, which a job that waits does not mind.
            now = await self._store.at_latest()
            due = at(now + delay)
            args = (call.text, int(now * 1000), since(due))
            push = PushCall(job, call.task, call.name, args, due, delivery, is_due=not delay, is_announced=is_announced)
            return await self._placing.place(self.dockets[call.lane], push)

        return await _tried(place)  # one command, which shares its connection with others (bot/store/grouping.py)

    async def _add(self, call: "DocketCall", delay: float) -> bool:
        docket, name = self.dockets[call.lane], call.name
        # By the store's clock, which may differ from ours by an hour. Only a check depends on the exact time.
        told = await (self._store.exactly_now() if call.task == CHECK else self._store.now())
        now = int(told * 1000)
        due = at(now / 1000 + delay)
        added = await docket.add(call.task, due, name)(call.text, now, since(due))
        if added.disposition is Disposition.SCHEDULED:
            return True
        waiting = await docket.get_execution(name)
        if waiting is None or waiting.state not in {ExecutionState.SCHEDULED, ExecutionState.QUEUED}:
            # It runs at this moment, or has just ended: it may have looked before this event. So once more.
            await docket.replace(call.task, due, name)(call.text, now, since(due))
            return True
        first = first_event(waiting, now)
        if delay:
            due = max(waiting.when - set_back(waiting, now), min(due, at(first / 1000 + self._settle_max)))
        await docket.replace(call.task, due, name)(merged_text(call, waiting), first, since(due))
        return False


async def _tried(place: Callable[[], Awaitable[P]]) -> P:
    """In a few attempts: each step is idempotent."""
    with trouble("queueing a job"):
        async with asyncio.timeout(ENQUEUE_MAX):
            for pause in _PAUSES:
                try:
                    return await place()
                except RedisConnectionError:
                    await asyncio.sleep(pause)
            return await place()


async def _elsewhere(job: str, first: int, since: int) -> None:
    """Stands for every task where jobs are only queued; it never runs there."""


@asynccontextmanager
async def open_queue(store: Store, settings: Settings, timing: Timing | None = None) -> AsyncIterator[DocketQueue]:
    """The queue on that store. Raises StoreError when the store is unavailable."""
    timing = timing or Timing()
    dockets = {lane: _docket(lane, store, settings, timing) for lane in Lane}
    async with AsyncExitStack() as stack:
        with trouble("opening the queue"):
            for docket in dockets.values():
                await stack.enter_async_context(docket)
        yield DocketQueue(dockets, store, settle_max=settings.settle_max)


def _docket(lane: Lane, store: Store, settings: Settings, timing: Timing) -> PlainDocket:
    docket = PlainDocket(
        name=f"{NAME}:{lane}",
        url=_with_connections(store.url, 2 * slots(lane, settings) + 20),
        heartbeat_interval=timedelta(seconds=timing.beat),
        execution_ttl=EXECUTION_TTL,
    )
    docket.register(_elsewhere, names=list(TASKS[lane]))
    return docket


def _with_connections(url: str, number: int) -> str:
    # With redis-py's default a busy worker waits for connections for ever.
    return f"{url}{'&' if '?' in url else '?'}max_connections={number}"
