"""Waivers: both forms, what is wrong with what was typed, and the end of a waiver."""

from typing import Any

from bot.render.slack.buttons import REVOKE_WAIVER, WAIVE
from bot.render.slack.forms import CHOICE_FORM, REASON, RELEASE, RULE, SCOPE, UNTIL, WAIVE_FORM
from bot.render.slack.inputs import VALUE
from tests.e2e.local_slack import initial
from tests.e2e.scene import ALONE
from tests.e2e.steps import Walk, presses
from tests.waiting import eventually

WHY = "The base image is rebuilt next week, then it has one."


def filled(form: dict[str, Any], rule: str, reason: str) -> dict[str, Any]:
    """What a person sends who chooses that rule."""
    inputs = {block: {VALUE: initial(form, block)} for block in (SCOPE, UNTIL)}
    menu = next(one for one in form["blocks"] if one.get("block_id") == RULE)["element"]
    (option,) = [one for one in menu["options"] if one["value"] == rule]
    chosen = {"type": "static_select", "selected_option": option}
    return {**inputs, RULE: {VALUE: chosen}, REASON: {VALUE: {"type": "plain_text_input", "value": reason}}}


@presses(f"action {WAIVE}", f"view {WAIVE_FORM}", f"action {REVOKE_WAIVER}")
async def waive_and_revoke(walk: Walk) -> None:
    await walk.slack.press(await walk.parent(), WAIVE)
    form = await walk.form()
    await walk.screen.submit(filled(form, ALONE, "short"))
    await eventually(lambda: REASON in walk.screen.errors)
    await walk.send(filled(form, ALONE, WHY))
    await walk.stands("*Waived*")
    reply = await walk.message(REVOKE_WAIVER)
    await walk.read()
    await walk.slack.press(reply, REVOKE_WAIVER)
    await walk.hears("1 waiver revoked")
    await walk.gone("*Waived*")


@presses("verb waive", "verb waivers", f"view {CHOICE_FORM}")
async def waive_by_command(walk: Walk) -> None:
    await walk.slack.command("waive")
    form = await walk.form()
    await walk.screen.submit({RELEASE: {VALUE: initial(form, RELEASE)}})
    await eventually(lambda: bool(walk.screen.views) and walk.screen.views[-1]["callback_id"] == WAIVE_FORM)
    await walk.send(filled(walk.screen.views[-1], ALONE, WHY))
    await walk.stands("*Waived*")
    await walk.read()
    await walk.slack.command("waivers")
    await walk.hears(WHY)


STEPS = (waive_and_revoke, waive_by_command)
