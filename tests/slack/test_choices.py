"""What a channel has chosen comes before the policy: passes, mentions, replies."""

import pytest

from bot.report import Report
from bot.rules import Outcome
from bot.store import Store
from bot.store.channel_choices import ChannelChoices, StoredChoices
from bot.store.passed import PassedReleases
from bot.store.threads import Address
from tests.fake_slack import FakeSlack, Fault
from tests.slack.parts import CHANNEL, TITLE, Office, failing, passing, report

FAILS = report(failing("sbom-missing"), failing("provenance-mode-min"))
PASSES = report(passing("sbom-missing"), passing("provenance-mode-min"), content="two")


async def chosen(slack: FakeSlack, store: Store, **choices: str) -> None:
    said = {"team": slack.space.team, "channel": CHANNEL, **choices}
    await StoredChoices(store).put(ChannelChoices.model_validate(said))


@pytest.mark.parametrize("passes", ["digest", "none"])
async def test_a_channel_that_wants_no_posts_of_passes_gets_none(
    office: Office, slack: FakeSlack, store: Store, passes: str
) -> None:
    await chosen(slack, store, passes=passes)
    await office.publish(PASSES)
    assert not slack.parents(CHANNEL)
    found = await PassedReleases(store).since(Address(slack.space.team, CHANNEL, ""), 0.0)
    assert found == ((TITLE,) if passes == "digest" else ())


async def test_a_channel_that_wants_no_mentions_gets_none(office: Office, slack: FakeSlack, store: Store) -> None:
    office.owners = ("U0OWNER",)
    await chosen(slack, store, mentions="none")
    await office.publish(FAILS)
    assert slack.parents(CHANNEL)
    assert "<@" not in str(office.texts())


async def test_a_channel_without_replies_about_fixes_has_them_one_press_away(
    office: Office, slack: FakeSlack, store: Store
) -> None:
    await chosen(slack, store, threads="off")
    await office.publish(FAILS)
    (parent,) = slack.parents(CHANNEL)
    assert not slack.replies(CHANNEL, parent["ts"])
    assert "Show the fix" in str(parent["blocks"])


async def test_replies_that_are_there_are_still_edited_when_they_are_turned_off(
    office: Office, slack: FakeSlack, store: Store
) -> None:
    await office.publish(FAILS)
    (parent,) = slack.parents(CHANNEL)
    before = len(slack.replies(CHANNEL, parent["ts"]))
    assert before == 2
    await chosen(slack, store, threads="off")
    await office.publish(PASSES)
    fixed = [one for one in slack.replies(CHANNEL, parent["ts"]) if "Fixed in" in str(one)]
    assert len(fixed) == before


AGAIN = report(failing("sbom-missing"), passing("provenance-mode-min"), content="three")


async def broadcasts(office: Office, slack: FakeSlack, *reports: Report) -> list[str]:
    """What the channel saw of the thread, too, when these were published in that order."""
    for one in reports:
        await office.publish(one)
    (parent,) = slack.parents(CHANNEL)
    replies = slack.replies(CHANNEL, parent["ts"])
    return [str(one["text"]) for one in replies if one.get("subtype") == "thread_broadcast"]


async def test_a_channel_that_wants_it_sees_that_what_passed_fails(
    office: Office, slack: FakeSlack, store: Store
) -> None:
    await chosen(slack, store, broadcast="on")
    (said,) = await broadcasts(office, slack, PASSES, AGAIN, FAILS)
    assert said.startswith(f"Now fails: {TITLE}")
    assert not slack.called("chat.update")[-1].args.get("reply_broadcast")


@pytest.mark.parametrize("choice", ["", "off"])
async def test_by_itself_nothing_of_a_thread_is_told_in_the_channel(
    office: Office, slack: FakeSlack, store: Store, choice: str
) -> None:
    await chosen(slack, store, broadcast=choice, passes="each")
    assert await broadcasts(office, slack, PASSES, AGAIN) == []


async def test_a_first_failure_and_a_pass_are_not_told_twice(office: Office, slack: FakeSlack, store: Store) -> None:
    """The first failure is the post itself; that it passes now is no news for everybody."""
    await chosen(slack, store, broadcast="on")
    assert await broadcasts(office, slack, FAILS, PASSES) == []


async def test_what_could_not_be_checked_before_is_not_told_in_the_channel(
    office: Office, slack: FakeSlack, store: Store
) -> None:
    await chosen(slack, store, broadcast="on")
    unknown = report(failing("sbom-missing", outcome=Outcome.UNKNOWN))
    assert await broadcasts(office, slack, unknown, AGAIN) == []


async def test_a_broadcast_whose_answer_was_lost_is_there_once(office: Office, slack: FakeSlack, store: Store) -> None:
    await chosen(slack, store, broadcast="on")
    await office.publish(PASSES)
    slack.fail("chat.postMessage", Fault.DROP_AFTER, times=9)
    await office.insist(AGAIN)
    assert len(await broadcasts(office, slack, AGAIN)) == 1


async def test_what_cannot_be_read_is_as_if_nothing_was_chosen(office: Office, slack: FakeSlack, store: Store) -> None:
    await store.redis.hset(store.key("channel-choices"), f"{slack.space.team} {CHANNEL}", '{"passes": "often"}')
    await office.publish(PASSES)
    assert slack.parents(CHANNEL)
