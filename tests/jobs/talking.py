"""A worker that tells people things, with the real queue and the real client."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.jobs.queue import DocketQueue, open_queue
from bot.jobs.talker import open_talker
from bot.store import Store
from tests.fake_slack import FakeSlack, Sender
from tests.jobs.parts import HASTE, Looker, Teller, working
from tests.slack.door import door, settings_for


@asynccontextmanager
async def talking(slack: FakeSlack, store: Store, **more: object) -> AsyncIterator[DocketQueue]:
    """The queue, while a worker does its jobs."""
    own = settings_for(slack, **more)
    async with (
        open_talker(own, store) as talker,
        open_queue(store, own, HASTE) as queue,
        working(store, Looker(), Teller(), talker=talker),
    ):
        yield queue


@asynccontextmanager
async def asking(slack: FakeSlack, store: Store, **more: object) -> AsyncIterator[Sender]:
    """Slack in front of the door, and that worker behind it."""
    async with talking(slack, store, **more) as queue, door(slack, queue, store, **more) as sender:
        yield sender
