"""One thread an image: posted once, edited in place, and only news make a sound."""

import pytest

from bot.report import FindingSummary, Result, Verdict, WaiverSummary
from bot.rules import Outcome
from bot.unreadable import UnknownReason
from tests.fake_slack import FakeSlack, Fault
from tests.slack.parts import CHANNEL, TITLE, Office, failing, passing, report

SBOM, MODE, SIGNED = "sbom-missing", "provenance-mode-min", "signature-missing"


async def test_a_report_is_one_parent_and_a_reply_a_failing_rule(office: Office) -> None:
    await office.publish(report(failing(SBOM), failing(MODE), passing("tag-moved")))
    (parent,) = office.slack.parents(CHANNEL)
    assert parent["text"].startswith(f"Fail: {TITLE}, not ready. {SBOM} is what failed. {MODE} is what failed.")
    replies = office.slack.replies(CHANNEL, parent["ts"])
    assert [reply["metadata"]["event_payload"]["rule"] for reply in replies] == [SBOM, MODE]
    assert "docker buildx build --flag ." in str(replies[0]["blocks"])


async def test_the_same_report_again_says_nothing(office: Office) -> None:
    for minute in range(3):
        await office.publish(report(failing(SBOM), minute=minute))
    assert len(office.texts()) == 2
    assert not office.slack.called("chat.update")


async def test_a_person_who_asks_again_sees_it_happen(office: Office) -> None:
    await office.publish(report(failing(SBOM)))
    await office.publish(report(failing(SBOM), minute=5), requested_by="U0ALICE")
    (update,) = office.slack.called("chat.update")
    assert update.args["ts"] == office.slack.parents(CHANNEL)[0]["ts"]
    assert len(office.texts()) == 2


async def test_another_push_edits_the_parent_and_the_same_verdict_makes_no_sound(office: Office) -> None:
    await office.publish(report(failing(SBOM)))
    await office.publish(report(failing(SBOM), content="two"))
    (parent,) = office.slack.parents(CHANNEL)
    assert parent["metadata"]["event_payload"]["rev"] == 2
    assert len(office.slack.replies(CHANNEL, parent["ts"])) == 1


def awaited() -> Result:
    code = UnknownReason.AWAITING_SIGNATURE
    waits = FindingSummary(subject="image", message="none yet", outcome=Outcome.UNKNOWN, reason=code)
    return failing(SIGNED, outcome=Outcome.UNKNOWN, findings=(waits,))


async def test_waiting_for_a_signature_is_no_verdict_and_makes_no_sound(office: Office) -> None:
    await office.publish(report(awaited()))
    assert office.texts() == []
    await office.publish(report(passing(SIGNED), minute=2))
    await office.publish(report(awaited(), content="two", minute=5))
    assert office.texts() == [f"Unknown: {TITLE}, waits for signatures."]
    await office.publish(report(passing(SIGNED), content="two", minute=7))
    assert office.texts() == [f"Pass: {TITLE}, passes."]
    await office.publish(report(awaited(), content="three", minute=8))
    await office.publish(report(failing(SIGNED), content="three", minute=18))
    assert office.texts()[2] == f"Now fails: {TITLE}, was Pass before."
    await office.publish(report(awaited(), content="four", minute=20))
    await office.publish(report(passing(SIGNED), content="four", minute=22))
    assert [text[:11] for text in office.texts()[2:]] == ["Now fails: ", "Now passes:"]


async def test_a_mended_rule_is_fixed_in_place_and_the_new_verdict_is_told(office: Office) -> None:
    await office.publish(report(failing(SBOM)))
    await office.publish(report(passing(SBOM), content="two"))
    (parent,) = office.slack.parents(CHANNEL)
    fixed, told = office.slack.replies(CHANNEL, parent["ts"])
    assert parent["text"].startswith("Pass: ")
    assert fixed["text"].startswith(f"Fixed: {SBOM}")
    assert "docker buildx build" not in str(fixed["blocks"])  # it has collapsed to one line
    (line,) = fixed["blocks"][0]["elements"]
    assert line["elements"][0]["text"].startswith("✅ Fixed in sha256:")
    assert told["text"] == f"Now passes: {TITLE}, was Fail before."
    await office.publish(report(failing(SBOM), content="three"))
    assert [reply["text"][:10] for reply in office.slack.replies(CHANNEL, parent["ts"])] == [
        "Fix for sb",
        "Now passes",
        "Fails agai",
    ]


async def test_further_pushes_do_not_touch_what_was_fixed_long_ago(office: Office) -> None:
    await office.publish(report(failing(SBOM), failing(MODE)))
    await office.publish(report(passing(SBOM), failing(MODE), content="two"))
    count = len(office.slack.called("chat.update"))
    await office.publish(report(passing(SBOM), failing(MODE), content="three"))
    assert len(office.slack.called("chat.update")) == count + 1  # the parent alone


async def test_a_waived_rule_says_until_when(office: Office) -> None:
    await office.publish(report(failing(SBOM)))
    waiver = WaiverSummary(reason="buildpacks", until="2027-01-31")
    await office.publish(report(failing(SBOM, outcome=Outcome.WAIVED, waiver=waiver), content="two"))
    (parent,) = office.slack.parents(CHANNEL)
    assert office.slack.replies(CHANNEL, parent["ts"])[0]["text"].startswith("Waived until 2027-01-31")


async def test_a_verdict_that_a_waiver_changed_says_so_when_it_comes_and_when_it_ends(office: Office) -> None:
    """Seen: "Now passes" where nothing was fixed, and "Fails again" where nothing was pushed."""
    waiver = WaiverSummary(reason="buildpacks", until="2027-01-31")
    await office.publish(report(failing(SBOM)))
    await office.publish(report(failing(SBOM, outcome=Outcome.WAIVED, waiver=waiver), minute=1))
    assert office.texts()[-1] == f"Now passes: {TITLE}, was Fail before, 1 rule waived."
    await office.publish(report(failing(SBOM), minute=2))
    assert office.texts()[-1] == f"Fails again: {TITLE}, was Pass before. Waived until now: `{SBOM}`."
    await office.publish(report(passing(SBOM), content="two", minute=3))
    assert office.texts()[-1] == f"Now passes: {TITLE}, was Fail before."
    await office.publish(report(failing(MODE), content="three", minute=4))
    assert office.texts()[-1] == f"Fails again: {TITLE}, was Pass before."


async def test_of_two_waived_rules_the_one_whose_waiver_ended_is_named(office: Office) -> None:
    """Seen: the rule that was waived first was forgotten, because the reply was about the other one by then."""
    waiver = WaiverSummary(reason="buildpacks", until="2027-01-31")
    first, second = (failing(rule, outcome=Outcome.WAIVED, waiver=waiver) for rule in (MODE, SBOM))
    await office.publish(report(failing(MODE), failing(SBOM)))
    await office.publish(report(first, failing(SBOM), minute=1))
    await office.publish(report(first, second, minute=2))
    assert office.texts()[-1] == f"Now passes: {TITLE}, was Fail before, 2 rules waived."
    await office.publish(report(failing(MODE), second, minute=3))
    assert office.texts()[-1] == f"Fails again: {TITLE}, was Pass before. Waived until now: `{MODE}`."


async def test_nine_fixes_make_three_replies_and_the_third_lists_the_rest(office: Office) -> None:
    names = [f"rule-{number}" for number in range(9)]
    await office.publish(report(*map(failing, names)))
    (parent,) = office.slack.parents(CHANNEL)
    replies = office.slack.replies(CHANNEL, parent["ts"])
    assert len(replies) == 3
    assert all(name in str(replies[2]["blocks"]) for name in names[2:])
    await office.publish(report(*map(passing, names), content="two"))
    after = office.slack.replies(CHANNEL, parent["ts"])
    assert [reply["text"].partition(":")[0] for reply in after[:3]] == ["Fixed"] * 3


async def test_three_fixes_have_a_whole_reply_each(office: Office) -> None:
    await office.publish(report(*(failing(f"rule-{number}") for number in range(3))))
    (parent,) = office.slack.parents(CHANNEL)
    replies = office.slack.replies(CHANNEL, parent["ts"])
    assert [reply["text"][:15] for reply in replies] == [f"Fix for rule-{number}:" for number in range(3)]


async def test_a_deleted_parent_comes_back_with_the_next_news_only(office: Office) -> None:
    await office.publish(report(failing(SBOM)))
    office.slack.space.channels[CHANNEL].messages.clear()
    await office.publish(report(failing(SBOM), content="two"))
    await office.publish(report(failing(SBOM), content="three"))
    assert office.texts() == []
    await office.publish(report(failing(MODE), verdict=Verdict.UNKNOWN, content="four"))
    (parent,) = office.slack.parents(CHANNEL)
    assert len(office.slack.replies(CHANNEL, parent["ts"])) == 1


async def test_a_parent_deleted_while_replies_go_out_is_no_error(office: Office) -> None:
    await office.publish(report(failing(SBOM)))
    (parent,) = office.slack.parents(CHANNEL)
    del office.slack.space.channels[CHANNEL].messages[parent["ts"]]
    office.slack.fail("chat.update", Fault.RATE_LIMITED, times=0)
    await office.publish(report(failing(SBOM), failing(MODE), content="one"))
    assert not office.slack.parents(CHANNEL)


async def test_a_deleted_reply_stays_away_until_its_rule_fails_again(office: Office) -> None:
    await office.publish(report(failing(SBOM), failing(MODE)))
    (parent,) = office.slack.parents(CHANNEL)
    first = office.slack.replies(CHANNEL, parent["ts"])[0]
    del office.slack.space.channels[CHANNEL].messages[first["ts"]]
    await office.publish(report(passing(SBOM), failing(MODE), content="two"))
    assert len(office.slack.replies(CHANNEL, parent["ts"])) == 1
    await office.publish(report(failing(SBOM), failing(MODE), content="three"))
    assert [r["text"][:12] for r in office.slack.replies(CHANNEL, parent["ts"])] == ["Fix for prov", "Fix for sbom"]


async def test_what_cannot_be_edited_any_more_is_followed_by_a_message_that_links_it(office: Office) -> None:
    await office.publish(report(failing(SBOM)))
    office.slack.fail("chat.update", Fault.REFUSED, code="edit_window_closed")
    await office.publish(report(failing(SBOM), content="two"))
    first, second = office.slack.parents(CHANNEL)
    assert f"archives/{CHANNEL}/p{first['ts'].replace('.', '')}" in str(second["blocks"])
    await office.publish(report(failing(SBOM), content="three"))
    assert len(office.slack.parents(CHANNEL)) == 2


async def test_a_name_and_an_id_of_one_channel_are_one_thread(office: Office) -> None:
    for number in range(450):
        office.slack.channel(f"C{number:06d}", f"other-{number}")
    office.slack.channel("C0LATE", "late")
    await office.publish(report(failing(SBOM)), channel="#late")
    await office.publish(report(failing(SBOM), content="two"), channel="C0LATE")
    await office.publish(report(failing(SBOM), content="three"), channel="late")
    assert len(office.slack.parents("C0LATE")) == 1


async def test_each_channel_has_a_thread_of_its_own(office: Office, slack: FakeSlack) -> None:
    slack.channel("C0OTHER", "other")
    await office.publish(report(failing(SBOM)))
    await office.publish(report(failing(SBOM)), channel="C0OTHER")
    assert len(slack.parents(CHANNEL)) == len(slack.parents("C0OTHER")) == 1


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_too_long", "msg_blocks_too_long", "metadata_too_large"])
async def test_what_slack_finds_too_much_is_said_plainly(office: Office, code: str) -> None:
    office.slack.fail("chat.postMessage", Fault.REFUSED, code=code)
    await office.publish(report(passing(SBOM)))
    (parent,) = office.slack.parents(CHANNEL)
    assert [block["type"] for block in parent["blocks"]] == ["section"]
    assert parent["text"].startswith("Pass: ")
