"""Every button that stands under a message: after a restart, with its record lost, and with the store away."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.render.slack.buttons import MORE, REVOKE_WAIVER, SHARE, More
from bot.render.slack.patch import PROPOSE
from bot.store import Store
from handlers import slack, slack_dispatch
from handlers.actions import listeners, recheck
from handlers.actions.listeners import ACTIONS
from tests.actions.parts import ALICE, LIMITS, Buttons, silent_store, with_buttons
from tests.fake_slack import Answered
from tests.render.test_patches import BUILT_BY, DIFF, mended, patch
from tests.slack.door import door
from tests.slack.parts import CHANNEL, failing, report
from tests.waiting import eventually

BROKEN = report(failing("provenance-secret-exposed", severity="critical"), mended(patch(DIFF)), workflow=BUILT_BY)
ELSEWHERE = {SHARE, PROPOSE, REVOKE_WAIVER}
"""Under answers to one person, which have no record; or under a reply about a waiver (test_waive.py)."""

HERE = sorted(ACTIONS.keys() - ELSEWHERE)
MENU = [More.ACKNOWLEDGE, More.SNOOZE, More.MUTE, More.EVIDENCE]
PRESSES = [(action, "") for action in HERE if action != MORE] + [(MORE, option.value) for option in MENU]


@pytest.fixture
async def bot(store: Store, tmp_path: Path) -> AsyncIterator[Buttons]:
    async with with_buttons(store, tmp_path) as made:
        await made.post(BROKEN)
        yield made


def with_button(bot: Buttons, action: str) -> dict[str, Any]:
    """The first message of the thread that has it."""
    parent = bot.parent
    for message in (parent, *bot.slack.replies(CHANNEL, parent["ts"])):
        rows = [block["elements"] for block in message.get("blocks", []) if block["type"] == "actions"]
        if action in {one["action_id"] for row in rows for one in row}:
            return message
    raise AssertionError(f"no message has {action}")


async def answer(bot: Buttons, sent: Answered, before: int) -> str:
    """What the person hears, or `form` if one opens."""
    assert sent.status == 200
    await eventually(lambda: len(bot.heard()) > before or bool(bot.slack.space.views))
    return bot.heard()[-1] if len(bot.heard()) > before else "form"


@pytest.mark.parametrize(("action", "option"), PRESSES)
async def test_it_works_after_a_restart_on_a_message_whose_record_is_lost(
    bot: Buttons, tmp_path: Path, action: str, option: str
) -> None:
    message = with_button(bot, action)
    await bot.lose_records()
    async with door(bot.slack, bot.queue, bot.store, policy=tmp_path / "policy.yaml") as restarted:
        sent = await restarted.press(message, action, option=option, user=ALICE)
        said = await answer(bot, sent, 0)
    assert "too old" not in said
    assert "not possible" not in said


def test_the_limits_leave_slack_its_three_seconds() -> None:
    """Over HTTP and over the socket: all that the answer to a press or a form waits for, one after the other."""
    store = LIMITS[listeners, "STORE_TIME"]
    assert LIMITS[recheck, "STORE_TIME"] <= store
    assert LIMITS[slack, "REPLAY_TIME"] + store <= 2.5
    assert LIMITS[slack_dispatch, "CLAIM_MAX"] * 2 + store <= 2.5


@pytest.mark.parametrize(("action", "option"), PRESSES)
async def test_with_a_store_that_says_nothing_the_person_is_told_after_these_limits(
    bot: Buttons, action: str, option: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = with_button(bot, action)
    bot.queue.away = True
    async with silent_store(monkeypatch) as silent, door(bot.slack, bot.queue, silent.store) as away:
        async with asyncio.timeout(3):  # Slack's own limit, which is far from these; without them it takes longer
            sent = await away.press(message, action, option=option, user=ALICE)
        assert sent.status == 200
        silent.go()
        await eventually(lambda: any("Please try again" in said for said in bot.heard()))
    assert not bot.slack.space.views


@pytest.mark.parametrize(("action", "option"), PRESSES)
async def test_what_it_says_pings_nobody_whatever_the_message_claims(bot: Buttons, action: str, option: str) -> None:
    message = json.loads(json.dumps(with_button(bot, action)))
    message["metadata"]["event_payload"] |= {
        "subject": "<!channel> 1.0",
        "images": "<!here>,`x`",
        "rules": "<!everyone>",
    }
    await bot.lose_records()
    sent = await bot.sender.press(message, action, option=option, user=ALICE, forged={"value": "<!channel> <!here>"})
    said = await answer(bot, sent, 0)
    assert "<!" not in said
