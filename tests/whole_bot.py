"""The whole bot in one process, for tests that push real images: web and worker on a store, and nothing pretended."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot.jobs.open_checker import open_checker
from bot.jobs.polling import polling
from bot.jobs.queue import open_queue
from bot.jobs.timing import Timing
from bot.jobs.worker import work
from bot.settings import Settings
from bot.slack.outbox import open_outbox
from bot.slack.workspaces import oauth_options
from bot.store import Store
from handlers.__main__ import serve
from tests.waiting import PATIENCE

QUICK = Timing(together=1.0, poll=0.05, drain=5.0, again=(0.2, 0.5, 1.0))


@asynccontextmanager
async def running_bot(settings: Settings, store: Store, *, polls: bool = False) -> AsyncIterator[None]:
    """Serve and work inside the block, and poll if that is wanted."""
    stop, started = asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(serve(settings, store, stop, started))
        group.create_task(_work(settings, store, stop, polls=polls))
        await asyncio.wait_for(started.wait(), PATIENCE)
        try:
            yield
        finally:
            stop.set()


async def _work(settings: Settings, store: Store, stop: asyncio.Event, *, polls: bool) -> None:
    async with (
        open_queue(store, settings, QUICK) as queue,
        open_checker(settings, store) as checker,
        open_outbox(settings, store) as outbox,
        AsyncExitStack() as more,
    ):
        if polls:
            await more.enter_async_context(polling(store, settings, queue, stop, outbox))
        options = oauth_options(settings)
        await work(store, settings, stop, checker=checker, publisher=outbox, timing=QUICK, options=options, queue=queue)
