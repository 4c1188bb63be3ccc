"""Requests that Slack sends a second time: to another process, after success, and while the first one is at work."""

import asyncio

from bot.store import Store, open_store
from tests.fake_queue import FakeQueue
from tests.fake_slack import FakeSlack
from tests.real_redis import RedisServer
from tests.slack.door import door
from tests.slack.parts import IMAGE

EVENT = "Ev0001"


async def test_an_event_that_comes_to_two_processes_at_once_is_done_once(
    slack: FakeSlack, store: Store, empty_store: RedisServer
) -> None:
    """The second process answers that it is being handled, and Slack sends it again; then it was handled."""
    queue = FakeQueue()
    async with (
        open_store(empty_store.settings()) as second,
        door(slack, queue, store) as one,
        door(slack, queue, second) as two,
    ):
        mention = one.mention(f"check {IMAGE}")
        answers = await asyncio.gather(*(door_.event(mention, event_id=EVENT) for door_ in (one, two) * 5))
        assert {answer.status for answer in answers} <= {200, 503}
        assert 200 in {answer.status for answer in answers}
        again = await asyncio.gather(*(door_.event(mention, event_id=EVENT, retry=1) for door_ in (one, two)))
    assert [answer.status for answer in again] == [200, 200]
    assert len(queue.calls) == 1


async def test_a_repetition_after_success_is_answered_and_does_nothing(slack: FakeSlack, store: Store) -> None:
    queue = FakeQueue()
    async with door(slack, queue, store) as sender:
        mention = sender.mention(f"check {IMAGE}")
        for retry in range(4):
            assert (await sender.event(mention, event_id=EVENT, retry=retry)).status == 200
    assert len(queue.calls) == 1


async def test_a_repetition_of_what_was_lost_is_done(slack: FakeSlack, store: Store) -> None:
    """The header alone says nothing: the first delivery may never have come."""
    queue = FakeQueue()
    async with door(slack, queue, store) as sender:
        assert (await sender.event(sender.mention(f"check {IMAGE}"), event_id=EVENT, retry=3)).status == 200
    assert queue.images == [IMAGE]
