"""Acknowledge, snooze, mute, their ends, and the evidence: under a message that the bot really posted."""

import asyncio
import json
from typing import Any

import pytest

from bot.attention import Attention
from bot.render.slack.buttons import MORE, More
from bot.store import Store
from bot.store.attention import Notes
from bot.store.connection import connect
from bot.values import replace
from tests.actions.parts import ALICE, BAD, BOB, IMAGE, LIMITS, Buttons, errors
from tests.attention.saying import proposed
from tests.fake_slack import Fault
from tests.slack.door import door
from tests.slack.parts import CHANNEL, TITLE, failing, passing, report
from tests.waiting import eventually


def menu(message: dict[str, Any]) -> list[str]:
    (more,) = [
        one
        for block in message["blocks"]
        if block["type"] == "actions"
        for one in block["elements"]
        if one["action_id"] == MORE
    ]
    return [option["value"] for option in more["options"]]


async def test_an_acknowledgement_is_kept_before_slack_has_its_answer_and_the_thread_is_queued(bot: Buttons) -> None:
    said = await bot.press(MORE, option=More.ACKNOWLEDGE)
    assert said.startswith("Acknowledged.")
    note = (await bot.said()).acknowledgement
    assert note is not None
    assert (note.who, sorted(note.failing.rules)) == (ALICE, ["sbom-missing"])
    ((job, subject),) = bot.queue.posts
    assert (job.image, job.channel, subject) == (IMAGE, CHANNEL, TITLE)


async def test_the_parent_shows_it_and_offers_to_undo_it(bot: Buttons) -> None:
    await bot.press(MORE, option=More.ACKNOWLEDGE)
    await bot.post(BAD)
    assert f"Acknowledged by <@{ALICE}>" in str(bot.parent["blocks"])
    assert More.UNDO_ACKNOWLEDGE in menu(bot.parent)
    assert await bot.press(MORE, option=More.UNDO_ACKNOWLEDGE, user=BOB) == "It is no longer acknowledged."
    await bot.post(BAD)
    assert "Acknowledged by" not in str(bot.parent["blocks"])
    assert len(bot.slack.parents(CHANNEL)) == 1


async def test_it_falls_when_another_rule_fails(bot: Buttons) -> None:
    await bot.press(MORE, option=More.ACKNOWLEDGE)
    await bot.post(report(failing("sbom-missing"), failing("provenance-missing")))
    assert "Acknowledged by" not in str(bot.parent["blocks"])
    assert More.ACKNOWLEDGE in menu(bot.parent)


async def test_ten_people_at_once_acknowledge_it_once(bot: Buttons) -> None:
    people = [f"U0PERSON{number}" for number in range(10)]
    await asyncio.gather(
        *(bot.sender.press(bot.parent, MORE, option=More.ACKNOWLEDGE, user=person) for person in people)
    )
    await eventually(lambda: len(bot.heard()) == 10)
    assert sum(text.startswith("Acknowledged.") for text in bot.heard()) == 1
    assert sum("already" in text for text in bot.heard()) == 9
    note = (await bot.said()).acknowledgement
    assert note is not None
    assert note.who in people


async def test_impatience_is_told_once_more_and_changes_nothing(bot: Buttons) -> None:
    await bot.press(MORE, option=More.ACKNOWLEDGE)
    before = await bot.said()
    assert await bot.press(MORE, option=More.ACKNOWLEDGE) == "You acknowledged it already."
    assert await bot.said() == before


async def test_presses_in_the_wrong_order_do_no_harm(bot: Buttons) -> None:
    """The menu of somebody's screen is older than the message."""
    old = bot.parent
    await bot.press(MORE, option=More.ACKNOWLEDGE)
    await bot.post(BAD)
    fresh = bot.parent
    await bot.press(MORE, option=More.UNDO_ACKNOWLEDGE, message=fresh)
    assert await bot.press(MORE, option=More.UNDO_ACKNOWLEDGE, message=fresh) == "It was not acknowledged any more."
    assert (await bot.press(MORE, option=More.ACKNOWLEDGE, message=old)).startswith("Acknowledged.")


async def test_what_passes_now_is_not_acknowledged(bot: Buttons) -> None:
    old = bot.parent
    await bot.post(report(passing("sbom-missing"), content="two"))
    assert "Nothing fails" in await bot.press(MORE, option=More.ACKNOWLEDGE, message=old)
    assert await bot.said() == Attention()


async def test_a_message_whose_record_is_lost_is_known_by_its_metadata(bot: Buttons) -> None:
    await bot.lose_records()
    await bot.press(MORE, option=More.ACKNOWLEDGE)
    assert (await bot.said()).acknowledgement is not None


async def test_a_message_of_which_nothing_is_known_is_too_old(bot: Buttons) -> None:
    await bot.store.redis.flushall()
    assert "too old" in await bot.press(MORE, option=More.ACKNOWLEDGE)


async def test_a_queue_that_is_away_is_told_and_the_next_press_works(bot: Buttons) -> None:
    bot.queue.away = True
    assert "not possible right now" in await bot.press(MORE, option=More.ACKNOWLEDGE)
    bot.queue.away = False
    assert await bot.press(MORE, option=More.ACKNOWLEDGE) == "You acknowledged it already."
    assert len(bot.queue.posts) == 1


async def test_a_mute_is_shown_and_taken_back(bot: Buttons) -> None:
    assert "Muted in this channel until" in await bot.press(MORE, option=More.MUTE)
    await bot.post(BAD)
    assert f"Muted in this channel by <@{ALICE}>" in str(bot.parent["blocks"])
    assert await bot.press(MORE, option=More.UNMUTE, user=BOB) == "It is no longer muted."


async def test_a_muted_tag_gets_edits_alone(bot: Buttons) -> None:
    await bot.press(MORE, option=More.MUTE)
    replies = bot.slack.replies(CHANNEL, bot.parent["ts"])
    await bot.post(report(failing("sbom-missing"), failing("provenance-missing")))
    await bot.post(report(passing("sbom-missing"), content="two"))
    now = bot.slack.replies(CHANNEL, bot.parent["ts"])
    assert [one["ts"] for one in now] == [one["ts"] for one in replies]
    assert "passes" in bot.parent["text"]


async def test_a_muted_tag_gets_no_thread(bot: Buttons) -> None:
    await bot.press(MORE, option=More.MUTE)
    await bot.lose_records()
    bot.slack.space.channels[CHANNEL].messages.clear()
    await bot.post(BAD)
    assert not bot.slack.parents(CHANNEL)


@pytest.mark.parametrize(("chosen", "said"), [("4h", "until <!date^"), ("next", "until the next release.")])
async def test_a_snooze_opens_a_form_and_is_kept(bot: Buttons, chosen: str, said: str) -> None:
    view = await bot.open(MORE, option=More.SNOOZE)
    assert errors(await bot.sender.submit(view, {"for": chosen}, user=ALICE)) == {}
    await bot.whispered(said)
    await bot.post(BAD)
    assert f"Snoozed by <@{ALICE}> until" in str(bot.parent["blocks"])
    assert More.END_SNOOZE in menu(bot.parent)
    assert await bot.press(MORE, option=More.END_SNOOZE, user=BOB) == "It is no longer snoozed."


async def test_a_snooze_ends_when_another_rule_fails(bot: Buttons) -> None:
    view = await bot.open(MORE, option=More.SNOOZE)
    await bot.sender.submit(view, {"for": "7d"}, user=ALICE)
    replies = len(bot.slack.replies(CHANNEL, bot.parent["ts"]))
    await bot.post(report(failing("sbom-missing"), failing("provenance-missing")))
    assert "Snoozed by" not in str(bot.parent["blocks"])
    assert len(bot.slack.replies(CHANNEL, bot.parent["ts"])) == replies + 1


async def test_a_form_without_an_answer_stays_open(bot: Buttons) -> None:
    view = await bot.open(MORE, option=More.SNOOZE)
    assert errors(await bot.sender.submit(view, {"for": "for-ever"})) == {"for": "Choose how long."}


async def test_a_trigger_that_is_over_is_told(bot: Buttons) -> None:
    assert "did not let the form open in time" in await bot.press(MORE, option=More.SNOOZE, late=True)


async def test_the_evidence_is_a_file_once(bot: Buttons) -> None:
    assert await bot.press(MORE, option=More.EVIDENCE) == "The evidence is in the thread."
    files = [file for one in bot.slack.replies(CHANNEL, bot.parent["ts"]) for file in one.get("files", [])]
    assert [(file["name"], file["filetype"]) for file in files] == [("acme-app-1.2.3.json", "json")]
    assert json.loads(files[0]["preview"])["image"] == IMAGE
    assert await bot.press(MORE, option=More.EVIDENCE) == "The evidence is already in the thread."


async def test_evidence_that_slack_refused_may_be_asked_for_again(bot: Buttons) -> None:
    bot.slack.fail("files.getUploadURLExternal", Fault.REFUSED, code="missing_scope")
    assert "files:write" in await bot.press(MORE, option=More.EVIDENCE)
    assert await bot.press(MORE, option=More.EVIDENCE) == "The evidence is in the thread."


async def test_a_choice_of_another_version_is_too_old(bot: Buttons) -> None:
    forged = {"selected_option": {"value": "launch-rockets"}}
    assert "too old" in await bot.press(MORE, forged=forged)
    assert await bot.said() == Attention()


async def test_a_store_that_is_away_is_told_all_the_same(bot: Buttons, monkeypatch: pytest.MonkeyPatch) -> None:
    """Although the answers to a person are counted in the store."""
    nowhere = Store(connect("redis://127.0.0.1:1"), "")
    with monkeypatch.context() as impatient:
        for module, name in LIMITS:
            impatient.setattr(module, name, 0.05)
        async with door(bot.slack, bot.queue, nowhere) as away:
            assert (await away.press(bot.parent, MORE, option=More.ACKNOWLEDGE, user=ALICE)).status == 200
            await eventually(lambda: bot.heard() == ["That is not possible right now. Please try again in a minute."])
    assert (await bot.press(MORE, option=More.ACKNOWLEDGE)).startswith("Acknowledged.")


async def test_a_bot_that_was_restarted_knows_its_messages(bot: Buttons) -> None:
    async with door(bot.slack, bot.queue, bot.store) as fresh:
        assert (await fresh.press(bot.parent, MORE, option=More.ACKNOWLEDGE, user=ALICE)).status == 200
    assert (await bot.said()).acknowledgement is not None


async def test_the_parent_shows_the_pull_request_and_what_became_of_it(bot: Buttons) -> None:
    note = proposed(place=bot.place)
    await Notes(bot.store).put(note)
    await bot.post(BAD)
    assert "<https://github.com/acme/app/pull/1|acme/app#1>, open" in str(bot.parent["blocks"])
    await Notes(bot.store).put(note.became("merged"), seen=note)
    await bot.post(BAD)
    assert "merged; the next build shows" in str(bot.parent["blocks"])
    merged = note.became("merged")
    await Notes(bot.store).put(replace(merged, proof="acme/app <!here> 1.2.4"), seen=merged)
    await bot.post(BAD)
    assert "merged; acme/app &lt;!here&gt; 1.2.4 shows that it works" in str(bot.parent["blocks"])
    await bot.post(report(passing("sbom-missing"), content="two"))
    assert "acme/app#1" not in str(bot.parent["blocks"])
