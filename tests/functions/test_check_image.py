"""The workflow step: its outputs are the answer, and it ends once, well or with a reason."""

import pytest

from bot.errors import PostingError
from bot.intake.talk import FailedStep
from bot.render.slack.check_failure import CheckFailure
from bot.slack.requester import Asker
from bot.store import Store
from tests.fake_queue import FakeQueue
from tests.fake_slack import FakeSlack, Fault
from tests.jobs.talking import asking
from tests.slack.door import door
from tests.slack.parts import CHANNEL, IMAGE, TITLE, Office, failing, opened, release, report
from tests.waiting import eventually


async def test_the_check_is_queued_for_the_step(slack: FakeSlack, store: Store) -> None:
    queue = FakeQueue()
    async with door(slack, queue, store) as sender:
        event = sender.step(f"docker pull {IMAGE}")
        assert (await sender.event(event)).status == 200
    (job,) = queue.calls
    assert (job.image, job.origin, job.execution) == (IMAGE, "command", event["function_execution_id"])
    assert job.is_answered
    assert "xwfp" not in job.model_dump_json()


async def test_what_is_no_image_ends_the_step_with_the_reason(slack: FakeSlack, store: Store) -> None:
    async with asking(slack, store) as sender:
        event = sender.step("Foo Bar <!channel>")
        await sender.event(event)
        step = slack.space.steps[event["function_execution_id"]]
        await eventually(lambda: bool(step))
    assert "not an image name" in step["error"]


@pytest.mark.parametrize("callback_id", ["other", ""])
async def test_another_step_is_not_ours(slack: FakeSlack, store: Store, callback_id: str) -> None:
    queue = FakeQueue()
    async with door(slack, queue, store) as sender:
        assert (await sender.event(sender.step(IMAGE, callback_id=callback_id))).status == 200
        assert (await sender.event({"type": "function_executed", "inputs": 7})).status == 200
    assert not queue.calls
    assert not queue.talks


async def test_a_store_that_is_away_lets_slack_deliver_it_again(slack: FakeSlack, store: Store) -> None:
    queue = FakeQueue(away=True)
    async with door(slack, queue, store) as sender:
        event = sender.step("Foo Bar")
        assert (await sender.event(event, event_id="Ev9")).status == 503
        queue.away = False
        assert (await sender.event(event, event_id="Ev9", retry=1)).status == 200
    assert [type(job) for job in queue.talks.values()] == [FailedStep]


@pytest.fixture
def execution(slack: FakeSlack) -> str:
    slack.space.steps["Fx1"] = {}
    return "Fx1"


async def answer(office: Office, execution: str) -> None:
    view = release(report(failing("sbom-missing")))
    await office.outbox.answer(view, TITLE, channel=CHANNEL, asker=Asker(execution=execution))


async def test_the_outputs_say_what_was_found(slack: FakeSlack, store: Store, execution: str) -> None:
    async with opened(slack, store, base_url="https://bot.example") as office:
        await answer(office, execution)
    outputs = slack.space.steps[execution]["outputs"]
    assert outputs["verdict"] == "fail"
    assert outputs["summary"] == f"fail: {IMAGE}: sbom-missing"
    assert (outputs["image"], outputs["failing"]) == (IMAGE, "sbom-missing")
    assert outputs["digest"].startswith("sha256:")
    assert outputs["report"].startswith("https://bot.example/report?image=")


async def test_an_unconfirmed_end_is_said_again_and_a_second_one_is_harmless(
    slack: FakeSlack, store: Store, execution: str
) -> None:
    async with opened(slack, store) as office:
        slack.fail("functions.completeSuccess", Fault.DROP_AFTER)
        with pytest.raises(PostingError):
            await answer(office, execution)
        await answer(office, execution)
    assert slack.space.steps[execution]["outputs"]["verdict"] == "fail"


async def test_a_step_fails_only_when_nobody_tries_again(slack: FakeSlack, store: Store, execution: str) -> None:
    async with opened(slack, store) as office:
        asker, tried = Asker(execution=execution), "quay.io did not answer (10 s)"
        first = CheckFailure(IMAGE, tried, report().checked_at, final=False)
        await office.outbox.publish_failure(TITLE, first, channel=CHANNEL, asker=asker)
        assert slack.space.steps[execution] == {}
        last = CheckFailure(IMAGE, tried, None, final=True)
        await office.outbox.publish_failure(TITLE, last, channel=CHANNEL, asker=asker)
    assert slack.space.steps[execution] == {"error": f"{IMAGE} could not be checked: {tried}"}
    assert not slack.parents(CHANNEL)
