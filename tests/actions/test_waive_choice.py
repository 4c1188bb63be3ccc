"""`/provenance waive` without all of its words opens a form: first which release, then the rule."""

import json
from typing import Any

import pytest

from bot.store.attention import Waivers
from handlers.actions.waive import NOT_YOU
from handlers.actions.waive_choice import NOTHING_FAILS
from handlers.slack_forms import TOO_LATE
from tests.actions.parts import ALICE, IMAGE, MALLORY, OTHER, Buttons, day, errors
from tests.slack.parts import CHANNEL, TITLE, passing, report
from tests.waiting import eventually

GOOD = {"rule": "sbom-missing", "scope": "tag", "until": day(30), "reason": "tracked in acme/app#12"}


async def opened(bot: Buttons, text: str, user: str = ALICE) -> dict[str, Any]:
    answered = await bot.sender.command(text, user=user)
    assert answered.status == 200
    assert not answered.body
    await eventually(lambda: bool(bot.slack.space.views))
    return list(bot.slack.space.views.values())[-1]


async def said(bot: Buttons, text: str, user: str = ALICE) -> str:
    answered = await bot.sender.command(text, user=user)
    assert not bot.slack.space.views
    return str(json.loads(answered.body)["text"])


async def test_an_image_alone_opens_the_form_about_its_release(bot: Buttons) -> None:
    view = await opened(bot, f"waive {IMAGE}")
    assert view["callback_id"] == "waive"
    assert errors(await bot.sender.submit(view, GOOD, user=ALICE)) == {}
    (waiver,) = (await Waivers(bot.store).listed()).items
    assert (waiver.rule, waiver.images[0][0], waiver.place.channel) == ("sbom-missing", IMAGE, CHANNEL)


async def test_nothing_at_all_opens_a_choice_of_what_fails_here_and_then_that_form(bot: Buttons) -> None:
    await bot.post(report(passing("sbom-missing"), image="quay.io/acme/good:1.0.0"))
    view = await opened(bot, "waive")
    (choice,) = [block for block in view["blocks"] if block["type"] == "input"]
    options = choice["element"]["options"]
    assert [one["text"]["text"] for one in options] == [TITLE]
    answered = await bot.sender.submit(view, {"release": options[0]["value"]}, user=ALICE)
    assert json.loads(answered.body)["response_action"] == "update"
    next_view = bot.slack.space.views["V0FORM"]
    assert next_view["callback_id"] == "waive"
    assert errors(await bot.sender.submit(next_view, GOOD, user=ALICE)) == {}
    (waiver,) = (await Waivers(bot.store).listed()).items
    assert waiver.rule == "sbom-missing"


async def test_who_may_not_waive_is_told_at_both_doors(bot: Buttons) -> None:
    assert await said(bot, f"waive {IMAGE}", MALLORY) == NOT_YOU
    view = await opened(bot, "waive", MALLORY)
    option = view["blocks"][0]["element"]["options"][0]["value"]
    found = errors(await bot.sender.submit(view, {"release": option}, user=MALLORY))
    assert "may not waive" in found["release"]
    assert "V0FORM" not in bot.slack.space.views


async def test_a_release_of_another_channel_is_not_to_be_had(bot: Buttons) -> None:
    view = await opened(bot, "waive")
    found = errors(await bot.sender.submit(view, {"release": "0" * 32}, user=ALICE))
    assert found["release"]


async def test_a_channel_in_which_nothing_fails_has_no_form(bot: Buttons) -> None:
    await bot.post(report(passing("sbom-missing"), content="two"))
    assert await said(bot, "waive") == NOTHING_FAILS
    assert "No rule that can be waived fails" in await said(bot, f"waive {IMAGE}")


@pytest.mark.parametrize("text", ["waive", f"waive {IMAGE}"])
async def test_a_trigger_that_is_over_is_told(bot: Buttons, text: str) -> None:
    request = bot.sender.command_request(text, user=ALICE)
    for name in bot.slack.space.triggers:
        bot.slack.space.triggers[name] -= 10
    assert (await bot.sender.send(request)).status == 200
    await eventually(lambda: TOO_LATE in bot.heard())


async def test_an_image_without_a_report_and_what_is_not_one_are_said(bot: Buttons) -> None:
    assert "has no report yet" in await said(bot, f"waive {OTHER}")
    assert "not an image name" in await said(bot, "waive Foo/Bar")
