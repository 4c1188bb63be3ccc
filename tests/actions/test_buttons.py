"""Show the fix, I revoked it, Share; and that nothing is posted without somebody who answers."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.render.slack.buttons import PROPOSE_FIX, REVOKED, SHARE, SHOW_FIX
from bot.slack.requester import Asker
from bot.store import Store
from bot.store.reports import Reports
from handlers.actions.listeners import ACTIONS
from tests.actions.parts import ALICE, BAD, BOB, IMAGE, SECRET, Buttons, with_buttons
from tests.slack.parts import CHANNEL, release, report

OURS = {"link.report", "link.rule", "link.text"}
"""Links: Slack opens them."""


@pytest.fixture
async def leak(store: Store, tmp_path: Path) -> AsyncIterator[Buttons]:
    async with with_buttons(store, tmp_path) as made:
        await made.post(SECRET)
        yield made


def elements(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for block in message["blocks"] if block["type"] == "actions" for one in block["elements"]]


def answers(bot: Buttons) -> list[dict[str, Any]]:
    return [said for url in bot.slack.space.responses.values() for said in url.got]


async def test_show_the_fix_shows_it_to_that_person(bot: Buttons) -> None:
    assert await bot.press(SHOW_FIX) == "acme/app 1.2.3: 1 to fix."
    (answer,) = answers(bot)
    assert answer["response_type"] == "ephemeral"
    assert "docker buildx build --flag" in str(answer["blocks"])
    assert not any(block["type"] == "actions" for block in answer["blocks"])


async def test_show_the_fix_of_what_passes_now(bot: Buttons) -> None:
    old = bot.parent
    await bot.post(report(content="two"))
    assert "nothing to fix" in await bot.press(SHOW_FIX, message=old)


async def test_i_revoked_it_is_a_note_that_everybody_sees(leak: Buttons) -> None:
    assert "Noted." in await leak.press(REVOKED, user=BOB)
    await leak.post(SECRET)
    assert f"Secret revoked by <@{BOB}>" in str(leak.parent["blocks"])
    assert REVOKED not in [one["action_id"] for one in elements(leak.parent)]
    assert "❌" in str(leak.parent["blocks"]) or "🚨" in str(leak.parent["blocks"]), "it still fails"


async def test_it_is_said_once(leak: Buttons) -> None:
    old = leak.parent
    await leak.press(REVOKED, user=BOB)
    assert f"<@{BOB}> said so already" in await leak.press(REVOKED, message=old, user=ALICE)


async def test_there_is_no_such_button_without_a_secret(bot: Buttons) -> None:
    assert REVOKED not in [one["action_id"] for one in elements(bot.parent)]
    button = {"action_id": REVOKED, "type": "button", "value": "x"}
    forged = {**bot.parent, "blocks": [{"type": "actions", "elements": [button]}]}
    assert "No secret" in await bot.press(REVOKED, message=forged)


async def test_another_image_brings_the_button_back(leak: Buttons) -> None:
    await leak.press(REVOKED)
    await leak.post(SECRET.model_copy(update={"digest": report(content="two").digest}))
    assert REVOKED in [one["action_id"] for one in elements(leak.parent)]


async def test_a_secret_that_comes_later_has_the_buttons_in_its_alarm(bot: Buttons) -> None:
    await bot.post(SECRET)
    (_, alarm) = bot.slack.parents(CHANNEL)
    assert [one["action_id"] for one in elements(alarm)][:2] == [REVOKED, SHOW_FIX]
    assert "Noted." in await bot.press(REVOKED, message=alarm)
    await bot.press(SHOW_FIX, message=alarm)
    assert "provenance-secret-exposed" in str(answers(bot)[-1]["blocks"])
    await bot.post(SECRET)
    (_, alarm) = bot.slack.parents(CHANNEL)
    assert f"Secret revoked by <@{ALICE}>" in str(alarm["blocks"])


async def private(bot: Buttons) -> dict[str, Any]:
    """The answer to `/provenance check`, as that person has it."""
    await Reports(bot.store).save(BAD, started=1.0, policy="1")
    url = bot.slack.response_url(CHANNEL)
    await bot.office.outbox.answer(release(BAD), "acme/app 1.2.3", channel=CHANNEL, asker=Asker(ALICE, url))
    return {key: value for key, value in answers(bot)[-1].items() if key in {"text", "blocks"}}


async def test_a_private_answer_is_shared_when_somebody_says_so(bot: Buttons) -> None:
    answer = await private(bot)
    assert "Sharing" in await bot.press(SHARE, message=answer)
    ((job, _),) = bot.queue.posts
    assert (job.image, job.channel, job.is_shared, job.origin) == (IMAGE, CHANNEL, True, "command")


async def test_its_fix_is_shown(bot: Buttons) -> None:
    answer = await private(bot)
    await bot.press(SHOW_FIX, message=answer)
    assert "docker buildx build --flag" in str(answers(bot)[-1]["blocks"])


@pytest.mark.parametrize("value", ["", "not an image", "quay.io/never/seen:1", "oci:/etc"])
async def test_a_forged_image_is_not_shared(bot: Buttons, value: str) -> None:
    answer = await private(bot)
    assert "too old" in await bot.press(SHARE, message=answer, forged={"value": value})
    assert not bot.queue.posts


async def test_every_button_that_is_posted_has_a_file_that_handles_it(bot: Buttons) -> None:
    await bot.post(SECRET)
    posted = [*bot.slack.parents(CHANNEL), await private(bot)]
    for parent in bot.slack.parents(CHANNEL):
        posted += bot.slack.replies(CHANNEL, parent["ts"])
    ids = {one["action_id"] for message in posted for one in elements(message)}
    assert ids - OURS <= set(ACTIONS)


async def test_a_pull_request_is_shown_before_it_is_opened(bot: Buttons) -> None:
    """The report names no workflow, so that is what the person hears."""
    (reply,) = bot.slack.replies(CHANNEL, bot.parent["ts"])
    button = {"action_id": PROPOSE_FIX, "type": "button", "value": "quay.io/other/app:1"}
    forged = {**reply, "blocks": [{"type": "actions", "elements": [button]}]}
    assert "which workflow builds it" in await bot.press(PROPOSE_FIX, message=forged)


async def test_the_whole_fix_says_how_to_verify_it(bot: Buttons) -> None:
    (reply,) = bot.slack.replies(CHANNEL, bot.parent["ts"])
    assert "docker inspect" not in str(reply["blocks"])
    await bot.press(SHOW_FIX, message=reply)
    assert "docker inspect" in str(answers(bot)[-1]["blocks"])
