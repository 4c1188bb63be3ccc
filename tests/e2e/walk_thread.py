"""The thread of a release: its buttons, its menu, and the replies with the fixes."""

from bot.render.slack.buttons import PROPOSE_FIX, REVOKED, SHOW_FIX, More
from bot.render.slack.fix import ABOUT_RULE, OPEN_PATCH, OPEN_TEXT
from bot.render.slack.forms import FOR
from bot.render.slack.inputs import VALUE
from bot.render.slack.patch import PROPOSE
from bot.render.slack.words import RECHECK
from tests.e2e.local_slack import initial
from tests.e2e.steps import Walk, presses
from tests.waiting import eventually


@presses(f"action {SHOW_FIX}", f"action {RECHECK}")
async def the_fix_and_another_check(walk: Walk) -> None:
    await walk.read()
    await walk.slack.press(await walk.parent(), SHOW_FIX)
    await walk.hears("How to fix")
    await walk.slack.press(await walk.parent(), RECHECK)
    await walk.hears("is up to date")


@presses(f"action {REVOKED}")
async def the_secret(walk: Walk) -> None:
    await walk.slack.press(await walk.parent(), REVOKED)
    await walk.hears("Noted.")
    await walk.stands("revoked it")


@presses(f"menu {More.ACKNOWLEDGE}", f"menu {More.UNDO_ACKNOWLEDGE}", "action release.more")
async def acknowledge(walk: Walk) -> None:
    await walk.choose(More.ACKNOWLEDGE)
    await walk.stands("Acknowledged by", More.UNDO_ACKNOWLEDGE)
    await walk.choose(More.UNDO_ACKNOWLEDGE)
    await walk.gone("Acknowledged by")


@presses(f"menu {More.SNOOZE}", f"menu {More.END_SNOOZE}", "view snooze")
async def snooze(walk: Walk) -> None:
    await walk.choose(More.SNOOZE)
    form = await walk.form()
    await walk.send({FOR: {VALUE: initial(form, FOR)}})
    await walk.stands("Snoozed by", More.END_SNOOZE)
    await walk.choose(More.END_SNOOZE)
    await walk.gone("Snoozed by")


@presses(f"menu {More.MUTE}", f"menu {More.UNMUTE}")
async def mute(walk: Walk) -> None:
    await walk.choose(More.MUTE)
    await walk.stands("Muted in this channel", More.UNMUTE)
    await walk.choose(More.UNMUTE)
    await walk.gone("Muted in this channel")


@presses(f"menu {More.EVIDENCE}", f"menu {More.REPORT}")
async def evidence(walk: Walk) -> None:
    await walk.read()
    await walk.choose(More.EVIDENCE)
    await walk.hears("The evidence is in the thread.")
    assert await has_file(walk, ".json")
    await walk.choose(More.REPORT)


@presses(f"action {OPEN_PATCH}", f"action {ABOUT_RULE}", f"action {OPEN_TEXT}")
async def replies(walk: Walk) -> None:
    reply = await walk.message(OPEN_PATCH)
    await walk.read()
    await walk.slack.press(reply, OPEN_PATCH)
    await walk.hears("The diff is in the thread.")
    assert await has_file(walk, ".diff")
    await walk.slack.press(reply, ABOUT_RULE)
    await walk.slack.press(await walk.message(OPEN_TEXT), OPEN_TEXT)


@presses(f"action {PROPOSE_FIX}", f"action {PROPOSE}")
async def pull_request(walk: Walk) -> None:
    await walk.slack.press(await walk.message(PROPOSE_FIX), PROPOSE_FIX)
    shown = await walk.message(PROPOSE, "Nothing has been changed yet")
    assert not walk.github.changes()
    await walk.slack.press(shown, PROPOSE)
    await walk.hears("Opened")
    await walk.stands("acme/app#1")
    (pull,) = walk.github.repositories["acme/app"].pulls
    assert "alice" in pull["body"].lower()


async def has_file(walk: Walk, ending: str) -> bool:
    """Whether a file with that name is in the thread of the release."""
    parent = await walk.parent()
    replies = [one for one in await walk.slack.messages() if one.get("thread_ts") == parent["ts"]]
    return any(str(file["name"]).endswith(ending) for one in replies for file in one.get("files", []))


@presses("action link.report")
async def an_alarm(walk: Walk) -> None:
    """A critical problem that comes when the thread is there is a post of its own."""
    alarm = await walk.message("link.report")
    await walk.slack.press(alarm, "link.report")
    await eventually(lambda: not walk.screen.views)


STEPS = (the_fix_and_another_check, the_secret, acknowledge, snooze, mute, evidence, replies, pull_request, an_alarm)
