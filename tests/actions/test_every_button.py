"""Every button that stands under a message: after a restart, with its record lost, and with the store away."""

import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.render.slack.buttons import MORE, REVOKE_WAIVER, SHARE, More
from bot.render.slack.patch import PROPOSE
from bot.store import Store
from bot.store.connection import connect
from handlers.actions.listeners import ACTIONS
from tests.actions.parts import ALICE, Buttons, with_buttons, with_the_limits_of_the_product
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


@pytest.mark.parametrize(("action", "option"), PRESSES)
async def test_with_the_store_away_the_person_is_told_within_three_seconds(
    bot: Buttons, action: str, option: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_the_limits_of_the_product(monkeypatch)
    message = with_button(bot, action)
    nowhere = Store(connect("redis://127.0.0.1:1"), "")
    bot.queue.away = True
    async with door(bot.slack, bot.queue, nowhere) as away:
        began = time.monotonic()
        sent = await away.press(message, action, option=option, user=ALICE)
        assert sent.status == 200
        assert time.monotonic() - began < 3
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
