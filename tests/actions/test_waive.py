"""Waive a rule: who may, for which images, with what words; and take it back."""

import asyncio
from typing import Any

import pytest

from bot.attention import StoredWaiver
from bot.oci.reference import Reference
from bot.render.slack.buttons import REVOKE_WAIVER, WAIVE
from bot.report import WaiverSummary
from bot.rules import Outcome
from bot.store.attention import Waivers
from bot.store.reports import Reports
from bot.values import replace
from tests.actions.parts import ALICE, BAD, BOB, IMAGE, MALLORY, OTHER, Buttons, day, errors
from tests.slack.parts import CHANNEL, failing, passing, report
from tests.waiting import eventually

GOOD = {"rule": "sbom-missing", "scope": "tag", "until": day(30), "reason": "buildpacks, tracked in acme/app#12"}


async def waivers(bot: Buttons) -> list[StoredWaiver]:
    return list(await Waivers(bot.store).all())


def about(message: dict[str, Any], **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any key of the metadata
    """The message with forged metadata."""
    payload = message["metadata"]["event_payload"] | changes
    return {**message, "metadata": {**message["metadata"], "event_payload": payload}}


async def test_an_owner_waives_a_rule_and_the_image_is_judged_again(bot: Buttons) -> None:
    view = await bot.open(WAIVE)
    assert errors(await bot.sender.submit(view, GOOD, user=ALICE)) == {}
    (waiver,) = await waivers(bot)
    assert (waiver.rule, waiver.scope, waiver.who, waiver.reason) == ("sbom-missing", "tag", ALICE, GOOD["reason"])
    assert [image for image, _ in waiver.images] == [IMAGE]
    (job,) = bot.queue.calls
    assert (job.image, job.origin, job.is_anew, job.channel) == (IMAGE, "recheck", True, CHANNEL)
    await bot.whispered("is waived for")


async def test_so_does_who_is_listed(bot: Buttons) -> None:
    view = await bot.open(WAIVE, user=BOB)
    assert errors(await bot.sender.submit(view, GOOD, user=BOB)) == {}
    assert len(await waivers(bot)) == 1


async def test_somebody_of_another_workspace_in_a_shared_channel_is_known_by_their_own_id(bot: Buttons) -> None:
    """Slack names the person's workspace as the team, and ours beside the form."""
    view = await bot.open(WAIVE, user=BOB)
    assert errors(await bot.sender.submit(view, GOOD, user=BOB, guest_of="T0GUESTS")) == {}
    (waiver,) = await waivers(bot)
    assert waiver.place == bot.place
    assert errors(await bot.sender.submit(view, GOOD, user=MALLORY, guest_of="T0GUESTS"))


async def test_nobody_else_sees_the_form(bot: Buttons) -> None:
    assert "You may not waive" in await bot.press(WAIVE, user=MALLORY)
    assert not bot.slack.space.views


async def test_a_form_that_somebody_else_sends_is_refused(bot: Buttons) -> None:
    view = await bot.open(WAIVE)
    assert "may not waive" in errors(await bot.sender.submit(view, GOOD, user=MALLORY))["rule"]
    assert not await waivers(bot)


@pytest.mark.parametrize("value", [OTHER, f"{OTHER}|sbom-missing", "other/app 1.2.3"])
async def test_a_forged_value_waives_nothing_else(bot: Buttons, value: str) -> None:
    """Mallory may waive for another image, and names it in the button of this one."""
    await Reports(bot.store).save(report(failing("sbom-missing"), image=OTHER), started=1.0, policy="1")
    assert "You may not waive" in await bot.press(WAIVE, user=MALLORY, forged={"value": value})
    view = await bot.open(WAIVE, forged={"value": value})
    await bot.sender.submit(view, GOOD, user=ALICE)
    (waiver,) = await waivers(bot)
    assert [image for image, _ in waiver.images] == [IMAGE]


async def test_forged_metadata_is_not_read_while_the_record_is_there(bot: Buttons) -> None:
    await Reports(bot.store).save(report(failing("sbom-missing"), image=OTHER), started=1.0, policy="1")
    forged = about(bot.parent, subject="other/app 1.2.3", images=OTHER)
    answered = await bot.sender.press(forged, WAIVE, user=MALLORY)
    assert answered.status == 200
    await eventually(lambda: "You may not waive" in str(bot.heard()))


async def test_forged_metadata_of_a_lost_record_opens_no_more_than_the_policy(bot: Buttons) -> None:
    await Reports(bot.store).save(report(failing("sbom-missing"), image=OTHER), started=1.0, policy="1")
    await bot.lose_records()
    forged = about(bot.parent, subject="other/app 1.2.3", images=f"{OTHER},{IMAGE}")
    assert (await bot.sender.press(forged, WAIVE, user=MALLORY)).status == 200
    await eventually(lambda: "You may not waive" in str(bot.heard()))


async def test_a_form_about_another_message_is_judged_by_that_message(bot: Buttons) -> None:
    """The metadata of the form names another channel and subject: the policy decides for those images."""
    view = await bot.open(WAIVE)
    forged = {**view, "private_metadata": f'{{"channel": "C9", "ts": "9.9", "subject": "x 1", "images": "{OTHER}"}}'}
    await Reports(bot.store).save(report(failing("sbom-missing"), image=OTHER), started=1.0, policy="1")
    assert "may not waive" in errors(await bot.sender.submit(forged, GOOD, user=ALICE))["rule"]
    for broken in ("", "{", '{"channel": 1}', "x" * 2999):
        answered = await bot.sender.submit({**view, "private_metadata": broken}, GOOD, user=ALICE)
        assert errors(answered) == {}
    assert not await waivers(bot)


@pytest.mark.parametrize(
    ("typed", "block", "words"),
    [
        ({"until": day(-1)}, "until", "is past"),
        ({"until": day(91)}, "until", "At most 90 days"),
        ({"until": "tomorrow"}, "until", "Choose a day"),
        ({"reason": "because"}, "reason", "at least 10"),
        ({"reason": "\u200b" * 3}, "reason", "at least 10"),
        ({"reason": "\u200b" * 30}, "reason", "at least 10"),
        ({"reason": "\u3164" * 30}, "reason", "at least 10"),
        ({"reason": "\u2003" * 30}, "reason", "at least 10"),
        ({"reason": "x" * 10_000}, "reason", "at most 500"),
        ({"rule": "signature-missing"}, "rule", "does not fail"),
        ({"rule": "document-ambiguous"}, "rule", "does not fail"),
        ({"rule": "no-such-rule"}, "rule", "does not fail"),
        ({"scope": "everything"}, "scope", "Choose what"),
    ],
)
async def test_what_is_wrong_stands_beside_its_input(
    bot: Buttons, typed: dict[str, str], block: str, words: str
) -> None:
    view = await bot.open(WAIVE)
    found = errors(await bot.sender.submit(view, {**GOOD, **typed}, user=ALICE))
    assert list(found) == [block]
    assert words in found[block]
    assert not await waivers(bot)


async def test_a_rule_that_cannot_be_waived_is_not_offered_and_not_accepted(bot: Buttons) -> None:
    await bot.post(report(failing("document-ambiguous"), failing("sbom-missing")))
    view = await bot.open(WAIVE)
    assert "document-ambiguous" not in str(view)
    found = errors(await bot.sender.submit(view, {**GOOD, "rule": "document-ambiguous"}, user=ALICE))
    assert "cannot be waived" in found["rule"]


async def test_the_same_form_twice_and_two_people_make_one_waiver(bot: Buttons) -> None:
    view = await bot.open(WAIVE)
    await asyncio.gather(*(bot.sender.submit(view, GOOD, user=ALICE) for _ in range(5)))
    assert len(await waivers(bot)) == 1
    assert errors(await bot.sender.submit(view, GOOD, user=BOB, id_="V0BOB")) == {}
    already = f"<@{ALICE}> waived `sbom-missing` there already."
    await eventually(lambda: any(already in said["text"] for said in bot.slack.space.ephemerals))
    assert len(await waivers(bot)) == 1


async def test_a_queue_that_is_away_keeps_the_form_open_with_what_was_typed(bot: Buttons) -> None:
    view = await bot.open(WAIVE)
    bot.queue.away = True
    found = errors(await bot.sender.submit(view, GOOD, user=ALICE))
    assert "try again" in found["reason"]
    bot.queue.away = False
    assert errors(await bot.sender.submit(view, GOOD, user=ALICE)) == {}
    assert len(await waivers(bot)) == 1
    assert bot.queue.images == [IMAGE]


async def test_a_trigger_that_is_over_is_told(bot: Buttons) -> None:
    assert "did not let the form open in time" in await bot.press(WAIVE, late=True)


async def test_a_lost_record_is_rebuilt_from_the_metadata(bot: Buttons) -> None:
    await bot.lose_records()
    view = await bot.open(WAIVE)
    assert errors(await bot.sender.submit(view, GOOD, user=ALICE)) == {}
    assert len(await waivers(bot)) == 1


async def test_nothing_that_fails_any_more_is_waived(bot: Buttons) -> None:
    old = bot.parent
    view = await bot.open(WAIVE)
    await bot.post(report(passing("sbom-missing"), content="two"))
    assert "does not fail" in errors(await bot.sender.submit(view, GOOD, user=ALICE))["rule"]
    assert "No rule that can be waived" in await bot.press(WAIVE, message=old)


NASTY = "<!channel> <@U0VICTIM> `tick` *b* _i_ ~s~ <https://evil.example|click> https://evil.example &amp; \u202etxt"


async def test_a_nasty_reason_pings_nobody_and_breaks_out_of_nothing(bot: Buttons) -> None:
    view = await bot.open(WAIVE)
    await bot.sender.submit(view, {**GOOD, "reason": NASTY}, user=ALICE)
    (waiver,) = await waivers(bot)
    assert "\u202e" not in waiver.reason
    await bot.post(judged_with(waiver))  # the strict Slack refuses what is not escaped
    (reply, *_) = bot.slack.replies(CHANNEL, bot.parent["ts"])
    assert {block["type"] for block in reply["blocks"]} == {"rich_text", "actions"}
    assert all(element["type"] == "text" for element in reply["blocks"][0]["elements"][0]["elements"])
    everything = str([bot.parent["text"], *bot.parent["blocks"], reply["text"]])
    assert "<!channel>" not in everything
    assert "evil" not in everything


async def test_a_reason_with_a_lone_surrogate_is_kept(bot: Buttons) -> None:
    view = await bot.open(WAIVE)
    assert errors(await bot.sender.submit(view, {**GOOD, "reason": "buildpacks \ud800 in #12"}, user=ALICE)) == {}
    (waiver,) = await waivers(bot)
    assert waiver.reason == "buildpacks \ufffd in #12"


def judged_with(waiver: StoredWaiver) -> Any:  # noqa: ANN401 - a Report
    summary = WaiverSummary(reason=waiver.reason, until=waiver.last_day.isoformat(), who=waiver.who)
    return report(failing("sbom-missing", outcome=Outcome.WAIVED, waiver=summary), passing("provenance-missing"))


async def waived(bot: Buttons) -> tuple[StoredWaiver, dict[str, Any]]:
    """The waiver, and the reply that it has collapsed."""
    view = await bot.open(WAIVE)
    await bot.sender.submit(view, GOOD, user=ALICE)
    (waiver,) = await waivers(bot)
    await bot.post(judged_with(waiver))
    return waiver, bot.slack.replies(CHANNEL, bot.parent["ts"])[0]


async def test_a_waiver_is_shown_and_revoked(bot: Buttons) -> None:
    waiver, reply = await waived(bot)
    assert "Waived until" in str(reply["blocks"])
    assert GOOD["reason"] in str(reply["blocks"])
    assert "Waived" in str(bot.parent["blocks"])
    assert await bot.press(REVOKE_WAIVER, message=reply, user=BOB) == "1 waiver revoked. The images are judged again."
    revoked = await Waivers(bot.store).get(waiver.id)
    assert revoked is not None
    assert revoked.revoked_by == BOB
    now = await bot.store.now()
    assert not await Waivers(bot.store).covering(Reference.parse(IMAGE), BAD.digest, now)
    assert "No waiver" in await bot.press(REVOKE_WAIVER, message=reply)


async def test_it_is_revoked_under_a_message_whose_record_is_lost(bot: Buttons) -> None:
    _, reply = await waived(bot)
    await bot.lose_records()
    assert "1 waiver revoked" in await bot.press(REVOKE_WAIVER, message=reply)


async def test_a_waiver_of_another_rule_is_not_revoked_with_it(bot: Buttons) -> None:
    waiver, reply = await waived(bot)
    other = replace(waiver, id="0" * 12, rule="provenance-missing")
    assert await Waivers(bot.store).add(other)
    assert "1 waiver revoked" in await bot.press(REVOKE_WAIVER, message=reply)
    assert await Waivers(bot.store).get(other.id) == other


async def test_nobody_else_revokes_it(bot: Buttons) -> None:
    waiver, reply = await waived(bot)
    assert "Only the person" in await bot.press(REVOKE_WAIVER, message=reply, user=MALLORY)
    kept = await Waivers(bot.store).get(waiver.id)
    assert kept is not None
    assert not kept.revoked_by


async def test_another_workspace_revokes_nothing(bot: Buttons) -> None:
    waiver, reply = await waived(bot)
    bot.slack.space.team = "T0STRANGER"
    assert "No waiver" in await bot.press(REVOKE_WAIVER, message=reply)
    kept = await Waivers(bot.store).get(waiver.id)
    assert kept is not None
    assert not kept.revoked_by
