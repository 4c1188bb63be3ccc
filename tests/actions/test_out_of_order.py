"""Presses and forms that come late, twice, or in another order than people made them."""

import time
from collections.abc import Awaitable, Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.attention import Attention, StoredWaiver, WaiverScope
from bot.render.slack.buttons import MORE, REVOKE_WAIVER, WAIVE, More
from bot.store.attention import Waivers
from bot.store.reports import Reports
from handlers import slack, slack_dispatch
from handlers.actions import listeners
from handlers.actions.menu import CHANGED, LATER_PRESS
from handlers.actions.waive import OTHER_IMAGE
from tests.actions.parts import ALICE, BAD, BOB, IMAGE, Buttons, day, errors
from tests.actions.test_menu import menu
from tests.actions.test_waive import GOOD, judged_with, waivers
from tests.slack.door import door
from tests.slack.parts import CHANNEL, failing, passing, report

TWO_RULES = report(failing("sbom-missing"), failing("provenance-missing"))
OTHER_DIGEST = report(failing("sbom-missing"), content="two")
CHANGES = {"another rule": TWO_RULES, "another digest": OTHER_DIGEST}
PAIRS = [(More.ACKNOWLEDGE, More.UNDO_ACKNOWLEDGE), (More.MUTE, More.UNMUTE)]


async def forget(bot: Buttons) -> None:
    """The record of the message is lost."""
    await bot.lose_records()


async def keep(_: Buttons) -> None:
    """The record is there."""


@pytest.mark.parametrize("record", [keep, forget])
@pytest.mark.parametrize(("do", "undo"), PAIRS)
async def test_an_undo_that_arrives_before_what_it_undoes_still_undoes_it(
    bot: Buttons, do: More, undo: More, record: Callable[[Buttons], Awaitable[None]]
) -> None:
    """Alice does it on a screen that is older than Bob's; his undo was pressed later, and comes first."""
    old, now = bot.parent, time.time()
    await bot.press(MORE, option=do, at=now)
    await bot.post(BAD)
    fresh = bot.parent
    await record(bot)
    await bot.press(MORE, option=undo, message=fresh, user=BOB, at=now + 2)
    assert await bot.press(MORE, option=do, message=old, at=now + 1) == LATER_PRESS
    assert await bot.said() == Attention()
    assert await bot.press(MORE, option=do, message=old, at=now + 3) != LATER_PRESS
    assert await bot.said() != Attention()


@pytest.mark.parametrize(("do", "undo"), PAIRS)
async def test_an_older_undo_does_not_take_back_what_was_pressed_later(bot: Buttons, do: More, undo: More) -> None:
    old, now = bot.parent, time.time()
    await bot.press(MORE, option=do, at=now)
    await bot.post(BAD)
    fresh = bot.parent
    await bot.press(MORE, option=undo, message=fresh, at=now + 1)
    await bot.press(MORE, option=do, message=old, at=now + 3)
    there = await bot.said()
    assert await bot.press(MORE, option=undo, message=fresh, user=BOB, at=now + 2) == LATER_PRESS
    assert await bot.said() == there != Attention()


@pytest.mark.parametrize("at", ["", "soon", "nan", "1e9", "-1", "9" * 40, "\uff11"])
async def test_a_press_without_a_readable_time_counts_as_it_comes(bot: Buttons, at: str) -> None:
    await bot.press(MORE, option=More.MUTE, at=time.time() + 100)
    await bot.post(BAD)
    assert await bot.press(MORE, option=More.UNMUTE, forged={"action_ts": at}) == "It is no longer muted."


async def test_presses_about_different_things_do_not_hold_up_each_other(bot: Buttons) -> None:
    now = time.time()
    await bot.press(MORE, option=More.MUTE, at=now + 5)
    assert (await bot.press(MORE, option=More.ACKNOWLEDGE, at=now)).startswith("Acknowledged.")


async def test_a_press_that_was_refused_is_not_a_later_choice(bot: Buttons) -> None:
    old, now = bot.parent, time.time()
    await bot.press(MORE, option=More.ACKNOWLEDGE, at=now)
    await bot.post(BAD)
    fresh = bot.parent
    await Reports(bot.store).save(TWO_RULES, started=2.0, policy="1")
    assert await bot.press(MORE, option=More.ACKNOWLEDGE, message=old, at=now + 3) == CHANGED
    assert await bot.press(MORE, option=More.UNDO_ACKNOWLEDGE, message=fresh, user=BOB, at=now + 2) != LATER_PRESS


@pytest.mark.parametrize("change", CHANGES)
async def test_what_the_person_has_not_seen_is_not_acknowledged(bot: Buttons, change: str) -> None:
    """It was judged anew, and the message that the person looks at is not edited yet."""
    old = bot.parent
    await Reports(bot.store).save(CHANGES[change], started=2.0, policy="1")
    assert await bot.press(MORE, option=More.ACKNOWLEDGE, message=old) == CHANGED
    assert await bot.said() == Attention()
    await bot.post(CHANGES[change])
    assert (await bot.press(MORE, option=More.ACKNOWLEDGE)).startswith("Acknowledged.")


async def test_what_has_become_less_is_acknowledged(bot: Buttons) -> None:
    await bot.post(TWO_RULES)
    old = bot.parent
    await Reports(bot.store).save(BAD, started=2.0, policy="1")
    assert (await bot.press(MORE, option=More.ACKNOWLEDGE, message=old)).startswith("Acknowledged.")


async def test_a_message_of_an_earlier_version_does_not_say_what_failed_and_is_believed(bot: Buttons) -> None:
    old = bot.parent
    for name in ("digest", "failed"):
        del old["metadata"]["event_payload"][name]
    await Reports(bot.store).save(OTHER_DIGEST, started=2.0, policy="1")
    assert (await bot.press(MORE, option=More.ACKNOWLEDGE, message=old)).startswith("Acknowledged.")


async def test_a_snooze_that_was_sent_after_the_fix_says_that_nothing_fails(bot: Buttons) -> None:
    view = await bot.open(MORE, option=More.SNOOZE)
    await bot.post(report(passing("sbom-missing"), content="two"))
    replies = len(bot.slack.replies(CHANNEL, bot.parent["ts"]))
    assert errors(await bot.sender.submit(view, {"for": "7d"}, user=ALICE)) == {}
    await bot.whispered("Nothing fails there now")
    await bot.post(report(failing("sbom-missing"), content="three"))
    assert "Snoozed by" not in str(bot.parent["blocks"])
    assert len(bot.slack.replies(CHANNEL, bot.parent["ts"])) > replies  # people are told that it fails again


async def test_an_end_of_a_snooze_that_has_ended_changes_nothing(bot: Buttons) -> None:
    view = await bot.open(MORE, option=More.SNOOZE)
    await bot.sender.submit(view, {"for": "7d"}, user=ALICE)
    await bot.post(BAD)
    old = bot.parent
    assert More.END_SNOOZE in menu(old)
    await bot.post(TWO_RULES)  # ends it
    assert await bot.press(MORE, option=More.END_SNOOZE, message=old) == "It was not snoozed any more."


async def test_who_may_no_longer_waive_is_refused_though_the_form_was_open(bot: Buttons, tmp_path: Path) -> None:
    view = await bot.open(WAIVE, user=BOB)
    policy = tmp_path / "next.yaml"
    policy.write_text(f"images:\n  - match: quay.io/acme/*\n    owners: [{ALICE}]\n")
    async with door(bot.slack, bot.queue, bot.store, policy=policy) as restarted:
        found = errors(await restarted.submit(view, GOOD, user=BOB))
    assert "may not waive" in found["rule"]
    assert not await waivers(bot)


async def test_a_waiver_of_this_digest_is_not_one_of_the_next(bot: Buttons) -> None:
    view = await bot.open(WAIVE)
    await bot.post(OTHER_DIGEST)
    found = errors(await bot.sender.submit(view, {**GOOD, "scope": "digest"}, user=ALICE))
    assert found == {"scope": OTHER_IMAGE}
    assert not await waivers(bot)
    assert errors(await bot.sender.submit(view, {**GOOD, "scope": "tag"}, user=ALICE)) == {}
    (waiver,) = await waivers(bot)
    assert waiver.images == ((IMAGE, OTHER_DIGEST.digest),)


async def test_a_waiver_that_has_ended_is_not_revoked(bot: Buttons) -> None:
    today = datetime.now(UTC)
    ended = StoredWaiver(
        "ended", bot.place, "sbom-missing", WaiverScope.TAG, ((IMAGE, BAD.digest),), GOOD["reason"],
        (today - timedelta(days=1)).date(), ALICE, (today - timedelta(days=8)).timestamp(),
    )  # fmt: skip
    await Waivers(bot.store).add(ended)
    await bot.post(judged_with(ended))  # as it was told while it held
    reply = bot.slack.replies(CHANNEL, bot.parent["ts"])[0]
    assert "No waiver from Slack holds there any more" in await bot.press(REVOKE_WAIVER, message=reply)
    assert await Waivers(bot.store).get("ended") == ended
    assert not bot.queue.calls


async def test_a_waiver_that_was_given_again_is_the_one_that_is_revoked(bot: Buttons) -> None:
    """The button is under the reply about the first waiver, which was revoked; another one holds now."""
    view = await bot.open(WAIVE)
    await bot.sender.submit(view, GOOD, user=ALICE)
    (first,) = await waivers(bot)
    await bot.post(judged_with(first))
    reply = deepcopy(bot.slack.replies(CHANNEL, bot.parent["ts"])[0])
    await bot.press(REVOKE_WAIVER, message=reply)
    await bot.post(BAD)
    await bot.sender.submit(view, {**GOOD, "until": day(20)}, user=BOB, id_="V0SECOND")
    assert "1 waiver revoked" in await bot.press(REVOKE_WAIVER, message=reply)
    assert not [one for one in await waivers(bot) if one.holds(time.time())]


async def test_a_store_that_hangs_while_somebody_presses_is_told_and_the_next_press_does_it_once(
    bot: Buttons, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the store had accepted before it hung may still be done: then the second press finds it."""
    await bot.store.redis.execute_command("CLIENT", "PAUSE", "2500", "ALL")  # type: ignore[no-untyped-call]
    with monkeypatch.context() as limited:
        for door, limit in ((slack, "REPLAY_TIME"), (slack_dispatch, "CLAIM_MAX"), (listeners, "STORE_TIME")):
            limited.setattr(door, limit, 0.1)
        assert "not possible right now" in await bot.press(MORE, option=More.ACKNOWLEDGE)
    again = await bot.press(MORE, option=More.ACKNOWLEDGE)
    assert again.startswith("Acknowledged.") or again == "You acknowledged it already."
    note = (await bot.said()).acknowledgement
    assert note is not None
    assert note.who == ALICE
