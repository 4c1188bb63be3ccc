"""A worker: takes jobs out of the store and does them, until it is told to stop."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog
from docket import Worker
from docket.dependencies import ForcedRetry

from bot.jobs.checker import open_checker
from bot.jobs.failures import FailureHandler
from bot.jobs.parts import Checker, Progress, Publisher, no_progress
from bot.jobs.plain_docket import UNREADABLE
from bot.jobs.queue import CHECK, DocketQueue, open_queue
from bot.jobs.runner import Runner
from bot.jobs.timing import Timing
from bot.settings import Settings
from bot.slack.outbox import open_outbox
from bot.store import Store, open_store
from bot.store.attempts import Attempts
from bot.store.dead_letters import DeadLetters
from bot.store.digests import Digests
from bot.store.image_lock import ImageLocks
from bot.store.reports import Reports

log = structlog.get_logger(__name__)

TURN_SPARE = 30.0
"""Seconds that a turn lasts longer than its check may, for saving the report."""


async def run_worker(settings: Settings, stop: asyncio.Event) -> None:
    """Open everything that these settings name, and work until `stop` is set.

    Raises SettingsError and StoreError for what stands in the way of a start; later the store may come and go.
    """
    async with (
        open_store(settings) as store,
        open_checker(settings) as checker,
        open_outbox(settings, store) as outbox,
    ):
        log.info("working", concurrency=settings.concurrency, embedded=store.embedded)
        await work(store, settings, stop, checker=checker, publisher=outbox)


async def work(  # noqa: PLR0913 - the parts of a worker
    store: Store,
    settings: Settings,
    stop: asyncio.Event,
    *,
    checker: Checker,
    publisher: Publisher,
    pace: Timing | None = None,
    progress: Progress = no_progress,
) -> None:
    """The same with parts that are open: do jobs until `stop` is set, then let the running ones come to an end.

    What has not ended after `pace.drain` seconds goes to another worker.
    """
    pace = pace or Timing()
    async with open_queue(store, settings, pace) as queue:
        runner = _runner(store, queue, checker, publisher, pace, progress)
        queue.docket.register(runner.check_image, names=[CHECK])
        queue.docket.register(runner.keep_unreadable, names=[UNREADABLE])
        async with _worker(queue, settings, pace, runner) as worker:
            await _until(stop, worker, pace.drain)


def _runner(  # noqa: PLR0913, PLR0917 - puts the parts together
    store: Store, queue: DocketQueue, checker: Checker, publisher: Publisher, pace: Timing, progress: Progress
) -> Runner:
    return Runner(
        store=store,
        queue=queue,
        checker=checker,
        publisher=publisher,
        reports=Reports(store),
        known=Digests(store),
        locks=ImageLocks(store, pace.check + TURN_SPARE),
        failures=FailureHandler(Attempts(store), DeadLetters(store), publisher, pace),
        pace=pace,
        progress=progress,
    )


@asynccontextmanager
async def _worker(queue: DocketQueue, settings: Settings, pace: Timing, runner: Runner) -> AsyncIterator[Worker]:
    _quiet_retries()
    async with Worker(
        queue.docket,
        concurrency=settings.concurrency,
        redelivery_timeout=timedelta(seconds=pace.redelivery),
        reconnection_delay=timedelta(seconds=pace.reconnect),
        minimum_check_interval=timedelta(seconds=pace.poll),
        scheduling_resolution=timedelta(seconds=pace.poll),
        schedule_automatic_tasks=False,
        fallback_task=runner.keep_unknown,
    ) as worker:
        yield worker


async def _until(stop: asyncio.Event, worker: Worker, drain: float) -> None:
    running = asyncio.create_task(worker.run_forever(), name="worker")
    stopping = asyncio.create_task(stop.wait(), name="worker's stop")
    try:
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            running.cancel()  # it takes no more jobs, and ends when those that it has are done
            await asyncio.wait({running}, timeout=drain)
    finally:
        stopping.cancel()
        if not running.done():
            log.warning("jobs are left to another worker", seconds=drain)
            running.cancel()
        await asyncio.wait({running, stopping})
    if not running.cancelled():
        running.result()  # what ended it, if it was not us


def _quiet_retries() -> None:
    logging.getLogger("docket.dependencies").addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    """Docket logs an error with a trace for every retry that we ask for; we have said why in a line of our own."""
    kind = record.exc_info[0] if record.exc_info else None
    return kind is None or not issubclass(kind, ForcedRetry)
