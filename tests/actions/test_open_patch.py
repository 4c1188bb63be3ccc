"""The button "Open the diff" under a reply that the bot really posted."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.report import Report
from bot.store import Store
from bot.store.reports import Reports
from tests.actions.parts import forget_messages
from tests.fake_queue import FakeQueue
from tests.fake_slack import FakeSlack, Fault, Sender
from tests.render.test_patches import BUILT_BY, DIFF, HEAD, mended, patch
from tests.slack.door import door
from tests.slack.parts import CHANNEL, opened, passing, report
from tests.waiting import eventually

OPEN = "patch.open"
LONG = HEAD + "".join(f"+          line: number {number}\n" for number in range(500))


def told(diff: str = DIFF) -> Report:
    return report(mended(patch(diff)), workflow=BUILT_BY)


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        fake.channel(CHANNEL, "releases")
        yield fake


@pytest.fixture
async def sender(slack: FakeSlack, store: Store) -> AsyncIterator[Sender]:
    base_url = "https://bot.example.org"
    async with opened(slack, store, base_url=base_url) as office, door(slack, FakeQueue(), store) as sender:
        await Reports(store).save(told(LONG), started=1.0, policy="1")
        await office.publish(told(LONG))
        yield sender


def reply(slack: FakeSlack) -> dict[str, Any]:
    (parent,) = slack.parents(CHANNEL)
    return next(one for one in slack.replies(CHANNEL, parent["ts"]) if "blocks" in one)


def files(slack: FakeSlack) -> list[dict[str, Any]]:
    (parent,) = slack.parents(CHANNEL)
    return [file for one in slack.replies(CHANNEL, parent["ts"]) for file in one.get("files", [])]


def heard(slack: FakeSlack) -> list[str]:
    return [str(said["text"]) for url in slack.space.responses.values() for said in url.got]


async def test_the_whole_diff_is_a_file_in_the_thread(sender: Sender, slack: FakeSlack) -> None:
    assert LONG not in str(reply(slack)["blocks"])  # the reply holds its beginning alone
    assert (await sender.press(reply(slack), OPEN)).status == 200
    await eventually(lambda: heard(slack) == ["The diff is in the thread."])
    (file,) = files(slack)
    assert (file["name"], file["filetype"], file["preview"]) == ("provenance-mode-min.diff", "diff", LONG)


async def test_impatience_puts_it_there_once(sender: Sender, slack: FakeSlack) -> None:
    await sender.press(reply(slack), OPEN)
    await eventually(lambda: len(heard(slack)) == 1)
    for _ in range(2):
        await sender.press(reply(slack), OPEN)
    await eventually(lambda: len(heard(slack)) == 3)
    assert heard(slack)[1:] == ["The diff is already in the thread."] * 2
    assert len(files(slack)) == 1


async def test_another_diff_is_another_file(sender: Sender, slack: FakeSlack, store: Store) -> None:
    await sender.press(reply(slack), OPEN)
    await eventually(lambda: len(files(slack)) == 1)
    await Reports(store).save(told(DIFF), started=2.0, policy="1")
    await sender.press(reply(slack), OPEN)
    await eventually(lambda: [file["preview"] for file in files(slack)] == [LONG, DIFF])


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "upload", "files.completeUploadExternal"])
async def test_what_did_not_work_is_said_and_works_the_next_time(sender: Sender, slack: FakeSlack, method: str) -> None:
    slack.fail(method, Fault.SERVER_ERROR)
    await sender.press(reply(slack), OPEN)
    await eventually(lambda: heard(slack) == ["That is not possible right now. Please try again in a minute."])
    assert not files(slack)
    await sender.press(reply(slack), OPEN)
    await eventually(lambda: len(files(slack)) == 1)


async def test_a_missing_right_is_named(sender: Sender, slack: FakeSlack) -> None:
    slack.space.scopes.remove("files:write")
    await sender.press(reply(slack), OPEN)
    await eventually(lambda: "`files:write`" in str(heard(slack)))


async def test_a_rule_that_is_mended_meanwhile_has_no_diff(sender: Sender, slack: FakeSlack, store: Store) -> None:
    await Reports(store).save(report(passing("provenance-mode-min")), started=2.0, policy="1")
    await sender.press(reply(slack), OPEN)
    await eventually(lambda: "has no diff for that rule" in str(heard(slack)))
    assert not files(slack)


async def test_a_message_whose_record_is_lost_is_known_by_its_metadata(
    sender: Sender, slack: FakeSlack, store: Store
) -> None:
    await forget_messages(store)
    await sender.press(reply(slack), OPEN)
    await eventually(lambda: bool(heard(slack)))
    assert heard(slack) == ["The diff is in the thread."], heard(slack)
    assert [file["preview"] for file in files(slack)] == [LONG]


async def test_the_diff_of_an_image_of_another_release_is_not_given(
    sender: Sender, slack: FakeSlack, store: Store
) -> None:
    other = told(LONG).model_copy(update={"image": "quay.io/secret/plan:1"})
    await Reports(store).save(other, started=1.0, policy="1")
    await sender.press(reply(slack), OPEN, forged={"value": "quay.io/secret/plan:1 provenance-mode-min"})
    await eventually(lambda: "too old" in str(heard(slack)))
    assert not files(slack)


async def test_the_file_is_all_of_the_fix_that_the_reply_shows(sender: Sender, slack: FakeSlack, store: Store) -> None:
    other = mended(patch(f"{HEAD}+  sbom: true\n")).model_copy(update={"rule": "sbom-missing"})
    both = patch(f"{HEAD}+  sbom: true\n+  provenance: mode=max\n")
    whole = report(mended(patch(DIFF)), other, workflow=BUILT_BY).model_copy(update={"patches": (both,)})
    await Reports(store).save(whole, started=2.0, policy="1")
    await sender.press(reply(slack), OPEN)
    await eventually(lambda: [file["preview"] for file in files(slack)] == [both.diff])


async def test_a_message_that_the_store_forgot_is_too_old(sender: Sender, slack: FakeSlack, store: Store) -> None:
    await store.redis.flushall()
    await sender.press(reply(slack), OPEN)
    await eventually(lambda: "too old" in str(heard(slack)))
    assert not files(slack)
