"""With `mentions: thread`, whoever owns a release is called once: after the replies of its first failure."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.errors import PostingError
from bot.policy.owners import OWNERS_MAX
from bot.render.blocks import shown
from bot.render.release.view import Mentions
from bot.render.slack.owners import called, named
from bot.report import Report, Verdict
from bot.rules import Outcome, Severity
from bot.store import Store
from tests.fake_slack import FakeSlack, Fault
from tests.fake_slack.guard import broken
from tests.slack.dying import Fate, publish_and_die
from tests.slack.parts import CHANNEL, IMPATIENT, TITLE, Office, failing, opened, passing, release, report
from tests.slack.test_crashes import EACH, beginnings

SBOM, MODE = "sbom-missing", "provenance-mode-min"
OWNERS = ("S0RELEASE", "U0ALICE", "W0BOB99", "@release-team")
CALL = "Owners: <!subteam^S0RELEASE>, <@U0ALICE>, <@W0BOB99>, @release-team."
WHOLE = ["Fail: acm", "Fix for s", "Fix for p", "Fail: acm"]
FIRST = report(failing(SBOM), failing(MODE))


@pytest.fixture
async def office(slack: FakeSlack, store: Store) -> AsyncIterator[Office]:
    async with opened(slack, store) as office:
        office.owners, office.mentions = OWNERS, Mentions.THREAD
        yield office


def fails(content: str = "one", **more: Any) -> Report:  # noqa: ANN401 - any field
    return report(failing(SBOM), content=content, **more)


def passes(content: str = "two", **more: Any) -> Report:  # noqa: ANN401 - any field
    return report(passing(SBOM), content=content, **more)


def unknown(content: str = "three") -> Report:
    return report(failing(SBOM, outcome=Outcome.UNKNOWN), content=content)


def calls(office: Office) -> list[str]:
    """The texts in the channel that mention anybody."""
    return [text for text in office.texts() if "<@" in text or "<!" in text]


def rings(office: Office) -> list[str]:
    """The texts that call people, or say that something became worse."""
    return [text for text in office.texts() if "<@" in text or text.startswith(("Fails again", "Critical"))]


async def test_owners_are_mentioned_in_the_last_reply_of_the_first_failure_and_nowhere_else(office: Office) -> None:
    await office.publish(FIRST)
    (parent,) = office.slack.parents(CHANNEL)
    *others, last = office.slack.replies(CHANNEL, parent["ts"])
    assert last["text"] == f"Fail: {TITLE}. {CALL} This thread says what to do."
    assert CALL in last["blocks"][0]["text"]["text"]
    for message in (parent, *others):
        assert not any(owner in str(message) for owner in OWNERS if not owner.startswith("@"))


async def test_further_failures_call_nobody_and_the_call_is_not_edited(office: Office) -> None:
    await office.publish(fails())
    await office.publish(fails("two"))
    await office.publish(report(failing(SBOM), failing(MODE), content="three"))
    await office.publish(fails("four"), requested_by="U0CAROL")
    assert len(calls(office)) == 1
    (parent,) = office.slack.parents(CHANNEL)
    call = office.slack.replies(CHANNEL, parent["ts"])[1]
    assert call["text"] == calls(office)[0]
    assert not [update for update in office.slack.called("chat.update") if update.args["ts"] == call["ts"]]


@pytest.mark.parametrize("verdict", [Verdict.PASS, Verdict.WARN])
async def test_after_it_passed_a_new_failure_calls_anew(office: Office, verdict: Verdict) -> None:
    await office.publish(fails())
    await office.publish(passes(verdict=verdict))
    assert len(calls(office)) == 1
    await office.publish(fails("three"))
    assert len(calls(office)) == 2
    assert office.texts()[-1] == calls(office)[-1]


async def test_what_could_not_be_looked_at_in_between_is_no_new_failure(office: Office) -> None:
    for told in (fails(), unknown("two"), unknown("three"), fails("four")):
        await office.publish(told)
    assert len(calls(office)) == 1
    for told in (unknown("five"), passes("six"), unknown("seven"), fails("eight")):
        await office.publish(told)
    assert len(calls(office)) == 2


@pytest.mark.parametrize("first", [passes, unknown])
async def test_an_image_that_fails_later_calls_then(office: Office, first: Any) -> None:  # noqa: ANN401 - a maker of reports
    await office.publish(first("zero"))
    assert not calls(office)
    await office.publish(fails())
    assert len(calls(office)) == 1


async def test_what_another_thread_tells_is_neither_told_nor_called_a_second_time(office: Office) -> None:
    """Seen: 1.2.4 failed, and the old thread of `latest`, which had that content, rang a second time."""
    image = "quay.io/acme/app:latest"
    bad = failing(SBOM, severity=Severity.CRITICAL)
    await office.publish(report(failing(MODE), image=image))
    await office.publish(report(passing(MODE), image=image, content="two"))
    before = rings(office)
    await office.publish(release(report(bad, image=image, content="three"), twin="acme/app 1.2.4"))
    assert rings(office) == before
    assert office.texts()[0].startswith("Fail"), "the parent says what is true now"
    await office.publish(release(report(passing(SBOM), image=image, content="four")))
    await office.publish(release(report(bad, image=image, content="five")))
    assert len(rings(office)) > len(before), "alone, it is told"


async def test_a_check_that_could_not_be_made_calls_nobody(office: Office) -> None:
    await office.fail("quay.io did not answer", final=True)
    assert not calls(office)
    await office.publish(fails())
    await office.fail("quay.io did not answer", final=True)
    await office.publish(fails("two"))
    assert len(calls(office)) == 1


async def test_owners_who_come_to_a_failure_that_stands_are_not_called(office: Office) -> None:
    """Else a new line in the policy would call them for everything that fails, all at once."""
    office.owners = ()
    await office.publish(fails())
    office.owners = OWNERS
    await office.publish(fails("two"))
    assert not calls(office)


async def test_a_thread_that_somebody_deleted_calls_again_only_after_a_pass(office: Office) -> None:
    await office.publish(fails())
    office.slack.space.channels[CHANNEL].messages.clear()
    for told in (fails("two"), unknown("three"), fails("four")):
        await office.publish(told)
    assert not calls(office)
    for told in (passes("five"), fails("six")):
        await office.publish(told)
    assert len(calls(office)) == 1


async def test_a_call_that_did_not_leave_before_it_passed_is_called_off(office: Office) -> None:
    office.slack.fail("chat.postMessage", Fault.NONE, times=2)
    office.slack.fail("chat.postMessage", Fault.RATE_LIMITED)
    with pytest.raises(PostingError):
        await office.publish(fails())
    office.outbox._places._slack._held_until.clear()  # type: ignore[union-attr]
    await office.publish(passes())
    await office.publish(passes("three"))
    assert not calls(office)
    assert office.texts()[2] == f"{TITLE}: It no longer fails. The owners do not need to do anything."
    await office.publish(fails("four"))
    assert len(calls(office)) == 1


async def test_a_call_that_slack_refused_is_made_with_the_next_report(office: Office) -> None:
    office.slack.fail("chat.postMessage", Fault.NONE, times=2)
    office.slack.fail("chat.postMessage", Fault.REFUSED, code="restricted_action")
    await office.publish(fails())
    assert not calls(office)
    await office.publish(fails(minute=1))
    await office.publish(fails(minute=2))
    assert len(calls(office)) == 1


async def test_in_plain_form_it_still_calls(office: Office) -> None:
    office.slack.fail("chat.postMessage", Fault.NONE, times=2)
    office.slack.fail("chat.postMessage", Fault.REFUSED, code="invalid_blocks")
    await office.publish(fails())
    (text,) = calls(office)
    (parent,) = office.slack.parents(CHANNEL)
    *_, last = office.slack.replies(CHANNEL, parent["ts"])
    assert last["blocks"][0]["text"]["text"] == text


@pytest.mark.parametrize("moment", EACH)
async def test_killed_while_calling(slack: FakeSlack, store: Store, moment: str) -> None:
    await publish_and_die(slack, store, FIRST, Fate(moment, 4), OWNERS, Mentions.THREAD)
    async with opened(slack, store) as office:
        office.owners, office.mentions = OWNERS, Mentions.THREAD
        await office.insist(FIRST)
        await office.insist(FIRST)
    assert beginnings(slack) == WHOLE


@pytest.mark.parametrize(
    "fault", [Fault.DROP_AFTER, Fault.DROP_BEFORE, Fault.HANG, Fault.SERVER_ERROR, Fault.HTML, Fault.BROKEN_JSON]
)
async def test_an_answer_to_a_call_that_got_lost(slack: FakeSlack, store: Store, fault: Fault) -> None:
    slack.fail("chat.postMessage", Fault.NONE, times=3)
    slack.fail("chat.postMessage", fault)
    async with opened(slack, store, call_max=IMPATIENT) as office:
        office.owners, office.mentions = OWNERS, Mentions.THREAD
        await office.insist(FIRST)
    assert beginnings(slack) == WHOLE


@pytest.mark.parametrize(
    ("owner", "written"),
    [
        ("U012AB3CD", "<@U012AB3CD>"),
        ("W012AB3CD", "<@W012AB3CD>"),
        ("S012AB3CD", "<!subteam^S012AB3CD>"),
        ("@release-team", "@release-team"),
        ("SRE", "SRE"),
        ("U012AB3CD\n", "U012AB3CD"),
        ("U012ab3cd", "U012ab3cd"),
        ("U012AB3CD> <!channel", "U012AB3CD&gt; &lt;!channel"),
        ("<!channel>", "&lt;!channel&gt;"),
        ("<!here>", "&lt;!here&gt;"),
        ("<@U012AB3CD>", "&lt;@U012AB3CD&gt;"),
        ("*R&D* `x`", "\u2217R&amp;D\u2217 \u02cbx\u02cb"),
        ("C012AB3CD", "C012AB3CD"),
    ],
)
def test_only_ids_are_mentions(owner: str, written: str) -> None:
    assert named(owner) == written
    draft = called(release(fails(), owners=(owner,)))
    assert draft.fits()
    assert not broken(draft.text, draft.blocks)


def test_many_long_names_fit_and_nobody_is_named_twice() -> None:
    draft = called(release(fails(), owners=tuple(f"{number}{'&' * 499}" for number in range(OWNERS_MAX))))
    assert draft.fits()
    assert called(release(fails(), owners=("U0ALICE", "U0ALICE"))).text.count("U0ALICE") == 1


def test_a_page_calls_nobody() -> None:
    (block,) = shown(called(release(fails(), owners=OWNERS)).blocks)
    words = "\n".join("".join(run.text for run in line) for line in block.lines)
    assert "Owners: @S0RELEASE, @U0ALICE, @W0BOB99, @release-team." in words


async def test_without_slack_the_call_stands_on_the_pages(office: Office) -> None:
    office.outbox._places._slack = None
    await office.publish(fails())
    (thread,) = await office.threads.newest(5)
    assert not thread.is_pending
    assert CALL in thread.replies[-1].text


async def test_a_failure_behind_a_deleted_thread_is_told_and_calls(office: Office) -> None:
    await office.publish(passes("zero"))
    office.slack.space.channels[CHANNEL].messages.clear()
    await office.publish(fails())
    assert beginnings(office.slack) == ["Fail: acm", "Fix for s", "Fail: acm"]
    assert len(calls(office)) == 1


async def test_killed_when_the_deleted_thread_was_found_out(office: Office, slack: FakeSlack, store: Store) -> None:
    await office.publish(passes("zero"))
    slack.space.channels[CHANNEL].messages.clear()
    await publish_and_die(slack, store, fails(), Fate("before leave"), OWNERS, Mentions.THREAD)
    assert not office.texts()
    for _ in range(2):
        await office.insist(fails())
    assert beginnings(slack) == ["Fail: acm", "Fix for s", "Fail: acm"]
    assert len(calls(office)) == 1
