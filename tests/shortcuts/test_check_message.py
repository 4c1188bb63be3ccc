"""The shortcut of a message: one image is checked, of several those that are ticked, and the answer is private."""

import json
from typing import Any

import pytest

from bot.intake.talk import ReadyAnswer
from bot.render.slack.image_choice import CHOICE_FORM, image_choice, images_of
from bot.store import Store
from handlers.shortcuts.check_message import CHOOSE, NONE, UNAVAILABLE
from handlers.slack_forms import TOO_LATE
from tests.fake_queue import FakeQueue
from tests.fake_slack import FakeSlack, Fault
from tests.slack.door import door
from tests.slack.parts import CHANNEL
from tests.waiting import eventually

ONE, TWO = "quay.io/acme/app:1", "ghcr.io/acme/other:2"


def message(text: str, **more: object) -> dict[str, Any]:
    return {"type": "message", "user": "U0BOBBOB", "ts": "1.5", "text": text, **more}


def told(queue: FakeQueue) -> list[str]:
    return [job.text for job in queue.talks.values() if isinstance(job, ReadyAnswer)]


async def opened(slack: FakeSlack) -> dict[str, Any]:
    """The form: Slack's answer comes first, because a trigger is only good for three seconds."""
    await eventually(lambda: bool(slack.space.views))
    (view,) = slack.space.views.values()
    return view


async def test_one_image_is_checked_for_the_person_alone(slack: FakeSlack, store: Store) -> None:
    queue = FakeQueue()
    async with door(slack, queue, store) as sender:
        assert (await sender.shortcut(message(f"Please look at <http://{ONE}|{ONE}>"))).status == 200
    (job,) = queue.calls
    assert (job.image, job.origin, job.channel, job.user) == (ONE, "command", CHANNEL, "U0ALICE")
    assert job.is_private
    assert job.response_url.startswith(slack.url)
    assert told(queue) == [f"Checking `{ONE}`…"]


async def test_what_lies_deeper_than_anybody_writes_is_not_looked_at(slack: FakeSlack, store: Store) -> None:
    """Slack lets others write the blocks of a message; each level would be a call of ours within another one."""
    nested: dict[str, Any] = {"text": TWO}
    for _ in range(300):
        nested = {"type": "section", "elements": [nested]}
    queue = FakeQueue()
    async with door(slack, queue, store) as sender:
        assert (await sender.shortcut(message(f"see {ONE}", blocks=[nested]))).status == 200
    assert queue.images == [ONE]


async def test_images_in_blocks_and_attachments_are_found(slack: FakeSlack, store: Store) -> None:
    queue = FakeQueue()
    rich = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": ONE}]}],
    }
    async with door(slack, queue, store) as sender:
        await sender.shortcut(message("", blocks=[rich]))
        await sender.shortcut(message("released", attachments=[{"title_link": f"https://{TWO}", "text": "x"}]))
    assert queue.images == [ONE, TWO]


async def test_a_message_without_an_image_is_said_to_have_none(slack: FakeSlack, store: Store) -> None:
    queue = FakeQueue()
    async with door(slack, queue, store) as sender:
        await sender.shortcut(message("good morning"))
    assert told(queue) == [NONE]
    assert not queue.calls


async def test_of_several_those_that_are_ticked_are_checked(slack: FakeSlack, store: Store) -> None:
    queue = FakeQueue()
    async with door(slack, queue, store) as sender:
        await sender.shortcut(message(f"{ONE} and {TWO} and quay.io/acme/third:3"))
        view = await opened(slack)
        assert view["callback_id"] == CHOICE_FORM
        assert not queue.calls
        assert (await sender.submit(view, {"images": ["0", "2"]})).status == 200
    assert queue.images == [ONE, "quay.io/acme/third:3"]
    assert {(job.channel, job.user, job.response_url, job.is_private) for job in queue.calls} == {
        (CHANNEL, "U0ALICE", "", True)
    }


async def test_with_nothing_ticked_the_form_stays_open(slack: FakeSlack, store: Store) -> None:
    queue = FakeQueue()
    async with door(slack, queue, store) as sender:
        await sender.shortcut(message(f"{ONE} {TWO}"))
        answered = await sender.submit(await opened(slack), {"images": []})
        assert json.loads(answered.body) == {"response_action": "errors", "errors": {"images": CHOOSE}}
        queue.away = True
        answered = await sender.submit(await opened(slack), {"images": ["0"]}, id_="V0AGAIN")
        assert json.loads(answered.body)["errors"] == {"images": UNAVAILABLE}
    assert not queue.calls


@pytest.mark.parametrize("record", ["", "[", "[]", '{"channel": 1}', '{"channel": "C", "images": [1]}'])
async def test_a_form_with_another_record_checks_nothing(slack: FakeSlack, store: Store, record: str) -> None:
    queue = FakeQueue()
    async with door(slack, queue, store) as sender:
        view = image_choice([ONE, TWO], CHANNEL) | {"private_metadata": record}
        assert (await sender.submit(view, {"images": ["0"]})).status == 200
    assert not queue.calls


async def test_a_form_that_cannot_open_is_said(slack: FakeSlack, store: Store) -> None:
    queue = FakeQueue()
    slack.fail("views.open", Fault.REFUSED, code="expired_trigger_id")
    async with door(slack, queue, store) as sender:
        assert (await sender.shortcut(message(f"{ONE} {TWO}"))).status == 200
        await eventually(lambda: told(queue) == [TOO_LATE])


async def test_a_store_that_is_away_is_said_to_the_person(slack: FakeSlack, store: Store) -> None:
    async with door(slack, FakeQueue(away=True), store) as sender:
        assert (await sender.shortcut(message(ONE))).status == 200
    assert [said["text"] for url in slack.space.responses.values() for said in url.got] == [UNAVAILABLE]


@pytest.mark.parametrize("text", ["<!channel>", "`", "\u202e" * 50, "x" * 40_000, "quay.io/" + "a/" * 2000 + ":1"])
async def test_nasty_text_is_only_text(slack: FakeSlack, store: Store, text: str) -> None:
    queue = FakeQueue()
    async with door(slack, queue, store) as sender:
        assert (await sender.shortcut(message(text))).status == 200
    assert told(queue) == [NONE]


def test_names_of_any_length_fit_into_the_form() -> None:
    long = [f"quay.io/{'a' * 120}/{number}{'b' * 120}:{'c' * 100}" for number in range(10)]
    view = image_choice(long, CHANNEL)
    channel, kept = images_of(str(view["private_metadata"]))
    assert channel == CHANNEL
    assert list(kept) == long[: len(kept)]
    assert 5 < len(kept) < 10
