"""The events that say that the bot may post again in a channel, through the door."""

import pytest

from bot.store import Store
from bot.store.undelivered import LOOK_DUE, Undelivered, UndeliveredPost
from tests.fake_queue import FakeQueue
from tests.fake_slack import FakeSlack
from tests.slack.door import door
from tests.slack.parts import CHANNEL


async def is_awaited(store: Store) -> bool:
    """Whether a look at the setup is planned for later."""
    return bool(await store.redis.exists(store.key(*LOOK_DUE)))


@pytest.mark.parametrize("kind", ["member_joined_channel", "channel_unarchive", "group_unarchive"])
async def test_what_waits_is_looked_at_at_once(slack: FakeSlack, store: Store, kind: str) -> None:
    event = {"type": kind, "user": slack.space.bot_user, "channel": CHANNEL}
    await store.redis.set(store.key(*LOOK_DUE), "1", ex=900)
    async with door(slack, FakeQueue(), store) as sender:
        assert (await sender.event(event)).status == 200
        assert await is_awaited(store)  # nothing waits to be posted
        await Undelivered(store).keep(UndeliveredPost(task="post_report", name="n", text="{}"))
        await store.redis.set(store.key(*LOOK_DUE), "1", ex=900)
        assert (await sender.event(event)).status == 200
        assert not await is_awaited(store)


async def test_somebody_else_who_joins_changes_nothing(slack: FakeSlack, store: Store) -> None:
    await Undelivered(store).keep(UndeliveredPost(task="post_report", name="n", text="{}"))
    await store.redis.set(store.key(*LOOK_DUE), "1", ex=900)
    async with door(slack, FakeQueue(), store) as sender:
        event = {"type": "member_joined_channel", "user": "U0ALICE", "channel": CHANNEL}
        assert (await sender.event(event)).status == 200
    assert await is_awaited(store)
