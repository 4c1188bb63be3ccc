"""The images of one release are checked at the same moment, and each of them has the release posted."""

import asyncio
from functools import partial

from msgspec import field
from structlog.testing import capture_logs
from structlog.typing import EventDict

from bot.errors import PostingError
from bot.jobs.queue import open_queue
from bot.slack.outbox import ReleaseSource
from bot.slack.requester import NOBODY, Asker
from bot.store import Store
from bot.store.dead_letters import DeadLetters
from bot.values import replace
from tests.jobs.idle import is_idle
from tests.jobs.parts import HASTE, Looker, Teller, push, settings, working
from tests.waiting import eventually


class Crowd(Teller):
    """All posts wait for the gate; then one of them posts, and the others hear that it does."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    begun: int = 0

    async def publish(self, load: ReleaseSource, *, subject: str, channel: str, asker: Asker = NOBODY) -> bool:
        self.begun += 1
        is_first = self.begun == 1
        await self.gate.wait()
        if not is_first and not self.told:
            raise PostingError("another request is posting it", code="busy", retry_after=0.01)
        return await Teller.publish(self, load, subject=subject, channel=channel, asker=asker)


async def test_posts_of_one_release_at_once_are_not_taken_for_one_that_kills_its_workers(store: Store) -> None:
    """Seen: eight images were checked at once, and a post was given up as "started 7 times and never ended"."""
    publisher = Crowd()
    async with working(store, Looker(), publisher), open_queue(store, settings()) as queue:
        for count in range(1, HASTE.crashes + 2):  # each is a family of the same version
            await queue.enqueue(push(f"quay.io/acme/app:1.0-{chr(96 + count)}"), key=str(count))
            await eventually(partial(_has_begun, publisher, count))
        publisher.gate.set()
        await eventually(lambda: is_idle(store, queue))
    assert publisher.told
    assert await DeadLetters(store).count() == 0


class Away(Teller):
    """Slack, when it is away: all posts wait for the gate, and then none of them goes through."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    begun: int = 0

    async def publish(self, load: ReleaseSource, *, subject: str, channel: str, asker: Asker = NOBODY) -> bool:  # noqa: ARG002
        self.begun += 1
        await self.gate.wait()
        raise PostingError("Slack does not answer", retry_after=1.0)


async def test_posts_of_one_release_that_fail_at_once_are_one_failure(store: Store) -> None:
    """Seen: eight images were checked while Slack was away for a moment, and the next attempt was an hour later."""
    publisher, images = Away(), 6
    timing = replace(HASTE, again=(60.0, 600.0))
    async with working(store, Looker(), publisher, timing=timing), open_queue(store, settings()) as queue:
        for count in range(1, images + 1):
            await queue.enqueue(push(f"quay.io/acme/app:1.0-{chr(96 + count)}"), key=str(count))
            await eventually(partial(_has_begun, publisher, count))
        with capture_logs() as logs:
            publisher.gate.set()
            await eventually(lambda: len(_failures(logs)) == images)
    assert _failures(logs) == [1] * images


def _failures(logs: list[EventDict]) -> list[int]:
    return [log["failures"] for log in logs if log["event"] == "job failed"]


def _has_begun(publisher: Crowd | Away, count: int) -> bool:
    return publisher.begun == count
