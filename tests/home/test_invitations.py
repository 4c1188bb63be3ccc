"""Somebody adds a watch where the bot cannot post: they hear it at once, through the real door, queue and client."""

import pytest

from bot.jobs.invitations import ARCHIVED, NOT_HERE
from bot.store import Store
from bot.store.watches import StoredWatches
from tests.fake_slack import FakeSlack, Fault
from tests.jobs.talking import asking
from tests.slack.parts import CHANNEL
from tests.waiting import eventually


def private(slack: FakeSlack) -> list[str]:
    """What one person was answered, in order."""
    return [str(got["text"]) for one in slack.space.responses.values() for got in one.got]


@pytest.mark.parametrize("is_private", [False, True])
async def test_the_person_hears_that_the_bot_is_to_be_invited(
    slack: FakeSlack, store: Store, *, is_private: bool
) -> None:
    """Seen: "posted here" was promised, and the channel stayed silent."""
    slack.channel("C0OUTSIDE", "outside", is_member=False, is_private=is_private)
    async with asking(slack, store) as sender:
        answered = await sender.command("watch quay.io/acme/app", channel="C0OUTSIDE")
        assert "quay.io/acme/app" in answered.text
        await eventually(lambda: NOT_HERE in private(slack))
    assert [watch.channel for watch in await StoredWatches(store).all()] == ["C0OUTSIDE"]


async def test_so_it_is_in_an_archived_channel(slack: FakeSlack, store: Store) -> None:
    slack.space.channels[CHANNEL].is_archived = True
    async with asking(slack, store) as sender:
        await sender.command("watch quay.io/acme/app")
        await eventually(lambda: private(slack) == [ARCHIVED])


async def test_where_the_bot_is_nothing_more_is_said(slack: FakeSlack, store: Store) -> None:
    async with asking(slack, store) as sender:
        await sender.command("watch quay.io/acme/app")
        await eventually(lambda: bool(slack.called("conversations.info")))
        await sender.command("watch quay.io/acme/app")  # that is not a new watch, and nobody looks
        await sender.command("status --nonsense")
    assert private(slack) == []
    assert len(slack.called("conversations.info")) == 1


async def test_while_slack_does_not_answer_nothing_is_claimed(slack: FakeSlack, store: Store) -> None:
    slack.fail("conversations.info", Fault.SERVER_ERROR)
    async with asking(slack, store) as sender:
        await sender.command("watch quay.io/acme/app")
        await eventually(lambda: bool(slack.called("conversations.info")))
    assert private(slack) == []
