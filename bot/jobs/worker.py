"""A worker: takes jobs out of the store and does them, until it is told to stop."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from datetime import timedelta

import structlog
from docket import Docket, Worker
from docket.dependencies import ForcedRetry
from redis.exceptions import RedisError

from bot.jobs.answerer import Answerer, open_answerer
from bot.jobs.board_filling import filling_board
from bot.jobs.checker import open_checker
from bot.jobs.digests import sending_digests
from bot.jobs.endings import noticing_ends
from bot.jobs.failures import FailureHandler
from bot.jobs.health import count_lane
from bot.jobs.lanes import CHECK, FAILURE, QUESTION, REPORT, TALK, TASKS, Lane, slots
from bot.jobs.parts import Checker, Progress, Publisher, no_progress
from bot.jobs.plain_docket import UNREADABLE
from bot.jobs.polling import polling
from bot.jobs.poster import Poster
from bot.jobs.queue import DocketQueue, open_queue
from bot.jobs.release_views import ReleaseViews
from bot.jobs.releasing import Releasing
from bot.jobs.runner import Runner
from bot.jobs.talker import Talker, open_talker
from bot.jobs.timing import Timing
from bot.settings import Settings
from bot.slack.outbox import open_outbox
from bot.store import Store, open_store
from bot.store.attempts import Attempts
from bot.store.board import Board
from bot.store.dead_letters import DeadLetters
from bot.store.digests import Digests
from bot.store.image_lock import ImageLocks
from bot.store.pushes import Pushes
from bot.store.quotas import Quotas
from bot.store.releases import Releases
from bot.store.reports import Reports
from bot.store.undelivered import Undelivered

log = structlog.get_logger(__name__)

LOCK_SPARE = 30.0
"""Seconds that an image's lock lasts longer than its check may, for saving the report."""


async def run_worker(settings: Settings, stop: asyncio.Event) -> None:
    """Open everything that these settings name, and work until `stop` is set.

    Raises SettingsError and StoreError for what stands in the way of a start; later the store may come and go.
    """
    async with (
        open_store(settings) as store,
        open_checker(settings, store) as checker,
        open_outbox(settings, store) as outbox,
    ):
        log.info("working", concurrency=settings.concurrency, embedded=store.embedded)
        async with (
            polling(store, settings, stop, outbox),
            sending_digests(store, settings, stop, outbox),
            filling_board(store, checker),
            noticing_ends(store, settings, stop),
            open_answerer(settings, store, checker) as answerer,
            open_talker(settings, store) as talker,
        ):
            await work(store, settings, stop, checker=checker, publisher=outbox, answerer=answerer, talker=talker)


async def work(  # noqa: PLR0913 - the parts of a worker
    store: Store,
    settings: Settings,
    stop: asyncio.Event,
    *,
    checker: Checker,
    publisher: Publisher,
    answerer: Answerer | None = None,
    talker: Talker | None = None,
    timing: Timing | None = None,
    progress: Progress = no_progress,
) -> None:
    """The same with parts that are open: do jobs until `stop` is set, then let the running ones come to an end.

    What has not ended after `timing.drain` seconds goes to another worker. Without an `answerer` or a
    `talker`, their jobs are kept for a worker that has them.
    """
    timing = timing or Timing()
    async with open_queue(store, settings, timing) as queue:
        failures = FailureHandler(Attempts(store), DeadLetters(store), queue, timing, store.now)
        checks = _checks(store, queue, checker, failures, timing, progress)
        views = ReleaseViews(Releases(store), Reports(store), checker)
        undelivered = Undelivered(store)
        posts = Poster(checker, publisher, Reports(store), views, failures, timing, progress, store.now, undelivered)
        _quiet_retries()
        tasks: Mapping[str, Callable[..., Awaitable[None]]] = {
            CHECK: checks.check_image,
            QUESTION: answerer.answer_question if answerer else checks.keep_unknown,
            TALK: talker.talk if talker else checks.keep_unknown,
            REPORT: posts.post_report,
            FAILURE: posts.post_failure,
        }
        for lane, docket in queue.dockets.items():
            for name in TASKS[lane]:
                docket.register(tasks[name], names=[name])
            docket.register(checks.keep_unreadable, names=[UNREADABLE])
        async with asyncio.TaskGroup() as group:
            lanes = {lane: group.create_task(_work_lane(lane, queue, settings, timing, checks)) for lane in Lane}
            await _until(stop, lanes, queue, timing)


def _checks(  # noqa: PLR0913, PLR0917 - puts the parts together
    store: Store,
    queue: DocketQueue,
    checker: Checker,
    failures: FailureHandler,
    timing: Timing,
    progress: Progress,
) -> Runner:
    return Runner(
        store=store,
        queue=queue,
        posts=queue,
        checker=checker,
        reports=Reports(store),
        digests=Digests(store),
        pushes=Pushes(store),
        releasing=Releasing(Releases(store), Reports(store), Board(store), Digests(store), queue, checker, store.now),
        locks=ImageLocks(store, timing.check + LOCK_SPARE),
        quotas=Quotas(store),
        failures=failures,
        timing=timing,
        progress=progress,
    )


async def _work_lane(lane: Lane, queue: DocketQueue, settings: Settings, timing: Timing, checks: Runner) -> None:
    """Do the jobs of one lane. Cancelled once, it takes no more jobs and ends when those that it has are done."""
    async with Worker(
        queue.dockets[lane],
        concurrency=slots(lane, settings),
        redelivery_timeout=timedelta(seconds=timing.redelivery),
        reconnection_delay=timedelta(seconds=timing.reconnect),
        minimum_check_interval=timedelta(seconds=timing.poll),
        scheduling_resolution=timedelta(seconds=timing.poll),
        schedule_automatic_tasks=False,
        fallback_task=checks.keep_unknown,
    ) as worker:
        await worker.run_forever()


Lanes = Mapping[Lane, asyncio.Task[None]]


async def _until(stop: asyncio.Event, lanes: Lanes, queue: DocketQueue, timing: Timing) -> None:
    """Let the lanes work until `stop` is set or one of them ends, then let what runs come to an end.

    Checks first: what they find out is posted before the posting ends, if Slack is quick.
    """
    stopping = asyncio.create_task(stop.wait(), name="worker's stop")
    try:
        await asyncio.wait({*lanes.values(), stopping}, return_when=asyncio.FIRST_COMPLETED)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timing.drain
        await _drain([lanes[Lane.PUSHES], lanes[Lane.ASKED]], timing.drain)
        with suppress(TimeoutError, RedisError, OSError):
            async with asyncio.timeout(timing.last_posts):
                await _begun([queue.dockets[Lane.POSTS], queue.dockets[Lane.ANSWERS]], timing.poll)
        await _drain([lanes[Lane.POSTS], lanes[Lane.ANSWERS]], max(0.0, deadline - loop.time()))
    finally:
        stopping.cancel()
        if left := [lane.value for lane, task in lanes.items() if not task.done()]:
            log.warning("jobs are left to another worker", seconds=timing.drain, lanes=left)
        await _drain(lanes.values(), None)


async def _drain(tasks: Iterable[asyncio.Task[None]], seconds: float | None) -> None:
    """The first time they take no more jobs and end when those that they have are done; the second time at once."""
    open_ = {task for task in tasks if not task.done()}
    for task in open_:
        task.cancel()
    if open_:
        await asyncio.wait(open_, timeout=seconds)


async def _begun(dockets: Iterable[Docket], pause: float) -> None:
    """Return when each job of these is taken by a worker."""
    for docket in dockets:
        while (await count_lane(docket)).waiting > 0:  # noqa: ASYNC110 - another process may take it
            await asyncio.sleep(pause)


def _quiet_retries() -> None:
    logging.getLogger("docket.dependencies").addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    """Docket logs an error with a trace for every retry that we ask for; we have said why in a line of our own."""
    kind = record.exc_info[0] if record.exc_info else None
    return kind is None or not issubclass(kind, ForcedRetry)
