"""What a person does in Slack: buttons, the menu, both forms, a mention, Home."""

from pathlib import Path
from typing import Any

import pytest

from bot.render.slack.buttons import MORE, SHOW_FIX, WAIVE, More
from bot.render.slack.forms import FOR, REASON, RULE, SCOPE, UNTIL, VALUE
from tests.e2e.local_slack import ALICE, LocalSlack, Screen
from tests.e2e.test_thread import has_parents, is_said, pushed, ready
from tests.fake_registry import FakeRegistry
from tests.town import Town
from tests.waiting import eventually

pytestmark = pytest.mark.e2e


def chosen(screen: Screen, block: str) -> dict[str, Any]:
    """What the form proposes for that input."""
    view = screen.views[-1]
    element = next(one for one in view["blocks"] if one.get("block_id") == block)["element"]
    if element["type"] == "datepicker":
        return {"type": "datepicker", "selected_date": element["initial_date"]}
    return {"type": element["type"], "selected_option": element.get("initial_option") or element["options"][0]}


async def from_menu(slack: LocalSlack, choice: More) -> None:
    (parent,) = await slack.parents()
    rows = [block["elements"] for block in parent["blocks"] if block["type"] == "actions"]
    (menu,) = [element for row in rows for element in row if element["action_id"] == MORE]
    (option,) = [one for one in menu["options"] if one["value"] == choice]
    await slack.press(parent, MORE, selected_option=option)


async def test_buttons_forms_a_mention_and_home(
    town: Town, slack: LocalSlack, registry: FakeRegistry, samples: Path, tmp_path: Path
) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        f"images:\n  - match: '{registry.host}/demo/*'\n    require: [sbom-missing]\n    may_waive: [{ALICE}]\n"
    )
    town.more["PROVENANCE_POLICY"] = str(policy)
    async with town.running("serve", "--with-worker"), slack.screen() as screen:
        await ready(town, slack)
        await pushed(town, registry, samples)
        await eventually(lambda: has_parents(slack, 1))
        (parent,) = await slack.parents()
        await slack.press(parent, SHOW_FIX)
        await eventually(lambda: is_said(slack, "SBOM"))

        await from_menu(slack, More.ACKNOWLEDGE)
        await eventually(lambda: stands(slack, "cknowledged"))
        await from_menu(slack, More.SNOOZE)
        await eventually(lambda: bool(screen.views))
        await screen.submit({FOR: {VALUE: chosen(screen, FOR)}})
        await eventually(lambda: not screen.views)
        await eventually(lambda: stands(slack, "nooze"))

        (parent,) = await slack.parents()
        await slack.press(parent, WAIVE)
        await eventually(lambda: bool(screen.views))
        inputs = {block: {VALUE: chosen(screen, block)} for block in (RULE, SCOPE, UNTIL)}
        reason = {"type": "plain_text_input", "value": "short"}
        await screen.submit({**inputs, REASON: {VALUE: reason}})
        await eventually(lambda: REASON in screen.errors)
        reason["value"] = "The base image is rebuilt next week, then it has one."
        await screen.submit({**inputs, REASON: {VALUE: reason}})
        await eventually(lambda: not screen.views)
        await eventually(lambda: stands(slack, "aived"))

        await slack.mention("status demo/app 1.0", thread_ts=parent["ts"])
        await eventually(lambda: answered_in(slack, parent["ts"]))
        await slack.open_home()
        await eventually(lambda: "blocks" in str(screen.home))
        log = await slack.log()
    assert not [entry for entry in log if "HTTP 5" in str(entry["summary"])]
    assert "Traceback" not in town.said()


async def stands(slack: LocalSlack, words: str) -> bool:
    """In the release's message."""
    return words in str(await slack.parents())


async def answered_in(slack: LocalSlack, ts: str) -> bool:
    found = [message for message in await slack.messages() if message.get("thread_ts") == ts]
    return any("demo/app" in str(message.get("text")) and message.get("user") != ALICE for message in found)
