"""A worker: takes jobs out of the store and does them, until it is told to stop."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack, suppress
from datetime import timedelta

import structlog
from docket import Docket
from docket.dependencies import ForcedRetry
from redis.exceptions import RedisError

from bot.jobs.answerer import Answerer, open_answerer
from bot.jobs.board_filling import filling_board
from bot.jobs.digests import sending_digests
from bot.jobs.endings import noticing_ends
from bot.jobs.health import count_lane
from bot.jobs.lanes import TASKS, Lane, slots
from bot.jobs.open_checker import open_checker
from bot.jobs.parts import Checker, Progress, Publisher, no_progress
from bot.jobs.plain_docket import UNREADABLE
from bot.jobs.polling import polling
from bot.jobs.queue import DocketQueue, open_queue
from bot.jobs.quick_worker import QuickWorker
from bot.jobs.runner import Runner
from bot.jobs.talker import Talker, open_talker
from bot.jobs.tasks import tasks_of
from bot.jobs.timing import Timing
from bot.jobs.workspaces.policies import WorkspacePolicies
from bot.settings import Settings
from bot.slack.outbox import open_outbox
from bot.slack.workspaces import OAuthOptions, oauth_options
from bot.store import Store, open_store

log = structlog.get_logger(__name__)


async def run_worker(settings: Settings, stop: asyncio.Event) -> None:
    """Open everything that these settings name, and work until `stop` is set.

    Raises SettingsError and StoreError for what stands in the way of a start; later the store may come and go.
    """
    options = oauth_options(settings)
    if options is not None:
        WorkspacePolicies(options).require()
    async with (
        open_store(settings) as store,
        open_queue(store, settings) as queue,
        open_checker(settings, store) as checker,
        open_outbox(settings, store) as outbox,
    ):
        log.info("working", concurrency=settings.concurrency, embedded=store.embedded)
        async with (
            polling(store, settings, queue, stop, outbox),
            sending_digests(store, settings, stop, outbox),
            filling_board(store, checker),
            noticing_ends(store, settings, queue, stop),
            open_answerer(settings, store, checker) as answerer,
            open_talker(settings, store) as talker,
        ):
            await work(
                store,
                settings,
                stop,
                checker=checker,
                publisher=outbox,
                answerer=answerer,
                talker=talker,
                options=options,
                queue=queue,
            )


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
    options: OAuthOptions | None = None,
    queue: DocketQueue | None = None,
) -> None:
    """The same with parts that are open: do jobs until `stop` is set, then let the running ones come to an end.

    What has not ended after `timing.drain` seconds goes to another worker. Without an `answerer` or a
    `talker`, their jobs are kept for a worker that has them. With `options`, several Slack workspaces are served.
    Without a `queue` it opens one: each has connections and clients of its own.
    """
    timing = timing or Timing()
    async with AsyncExitStack() as stack:
        if queue is None:
            queue = await stack.enter_async_context(open_queue(store, settings, timing))
        done = tasks_of(
            store,
            queue,
            checker=checker,
            publisher=publisher,
            answerer=answerer,
            talker=talker,
            timing=timing,
            progress=progress,
        )
        checks, tasks = done.checks, done.by_name()
        if options is not None:
            from bot.jobs.workspaces.router import routed  # noqa: PLC0415 - they bring all of slack_sdk
            from bot.jobs.workspaces.workspaces import open_workspaces  # noqa: PLC0415

            workspaces = await stack.enter_async_context(open_workspaces(settings, options, store, queue, timing))
            tasks = {name: routed(name, task, workspaces) for name, task in tasks.items()}
        _quiet_retries()
        for lane, docket in queue.dockets.items():
            for name in TASKS[lane]:
                docket.register(tasks[name], names=[name])
            docket.register(checks.keep_unreadable, names=[UNREADABLE])
        async with asyncio.TaskGroup() as group:
            lanes = {lane: group.create_task(_work_lane(lane, queue, settings, timing, checks)) for lane in Lane}
            await _until(stop, lanes, queue, timing)


async def _work_lane(lane: Lane, queue: DocketQueue, settings: Settings, timing: Timing, checks: Runner) -> None:
    """Do the jobs of one lane. Cancelled once, it takes no more jobs and ends when those that it has are done."""
    async with QuickWorker(
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
