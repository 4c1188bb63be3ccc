"""The button "Re-check" under a message that the bot really posted."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.store import Store
from tests.fake_queue import FakeQueue
from tests.fake_slack import FakeSlack, Sender
from tests.slack.door import door
from tests.slack.parts import CHANNEL, IMAGE, failing, opened, report
from tests.waiting import eventually

RERUN = "check.rerun"


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        fake.channel(CHANNEL, "releases")
        yield fake


@pytest.fixture
def queue() -> FakeQueue:
    return FakeQueue()


@pytest.fixture
async def sender(slack: FakeSlack, queue: FakeQueue, store: Store) -> AsyncIterator[Sender]:
    async with opened(slack, store, base_url="https://bot.example.org") as office, door(slack, queue, store) as sender:
        await office.publish(report(failing("sbom-missing")))
        yield sender


def heard(slack: FakeSlack) -> list[str]:
    return [str(said["text"]) for url in slack.space.responses.values() for said in url.got]


def messages(slack: FakeSlack) -> tuple[dict[str, Any], dict[str, Any]]:
    (parent,) = slack.parents(CHANNEL)
    (reply,) = slack.replies(CHANNEL, parent["ts"])
    return parent, reply


async def test_it_queues_a_check_of_the_only_image(sender: Sender, slack: FakeSlack, queue: FakeQueue) -> None:
    answered = await sender.press(messages(slack)[0], RERUN)
    assert answered.status == 200
    (job,) = queue.calls
    assert (job.image, job.origin, job.channel, job.user) == (IMAGE, "recheck", CHANNEL, "U0ALICE")
    assert list(queue.waiting) == [f"{IMAGE}|{CHANNEL}"]
    await eventually(lambda: heard(slack) == [f"Checking `{IMAGE}`…"])


async def test_impatience_queues_nothing_more(sender: Sender, slack: FakeSlack, queue: FakeQueue) -> None:
    for _ in range(3):
        await sender.press(messages(slack)[0], RERUN)
    assert len(queue.calls) == 1
    await eventually(lambda: len(heard(slack)) == 3)
    assert heard(slack)[1] == f"A check of `{IMAGE}` was requested a moment ago."


async def test_a_store_that_is_away_is_said_and_the_next_press_works(
    sender: Sender, slack: FakeSlack, queue: FakeQueue
) -> None:
    queue.away = True
    assert (await sender.press(messages(slack)[0], RERUN)).status == 200
    queue.away = False
    await sender.press(messages(slack)[0], RERUN)
    assert queue.images == [IMAGE]


async def test_a_message_that_the_store_forgot_says_itself_what_it_is_about(
    sender: Sender, slack: FakeSlack, queue: FakeQueue, store: Store
) -> None:
    await store.redis.flushall()
    await sender.press(messages(slack)[0], RERUN)
    assert queue.images == [IMAGE]


async def test_a_message_that_says_nothing_is_too_old(
    sender: Sender, slack: FakeSlack, queue: FakeQueue, store: Store
) -> None:
    await store.redis.flushall()
    parent = {key: value for key, value in messages(slack)[0].items() if key != "metadata"}
    assert (await sender.press(parent, RERUN)).status == 200
    assert not queue.calls
    await eventually(lambda: "too old" in str(heard(slack)))


async def test_every_button_that_we_post_has_somebody_who_answers(sender: Sender, slack: FakeSlack) -> None:
    for message in messages(slack):
        for block in message["blocks"]:
            for element in block.get("elements", []) if block["type"] == "actions" else []:
                assert (await sender.press(message, element["action_id"])).status == 200
