"""What a channel has chosen comes before the policy: passes, mentions, replies."""

import pytest

from bot.store import Store
from bot.store.channel_choices import ChannelChoices, StoredChoices
from bot.store.passed import PassedReleases
from bot.store.threads import Address
from tests.fake_slack import FakeSlack
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


async def test_what_cannot_be_read_is_as_if_nothing_was_chosen(office: Office, slack: FakeSlack, store: Store) -> None:
    await store.redis.hset(store.key("channel-choices"), f"{slack.space.team} {CHANNEL}", '{"passes": "often"}')
    await office.publish(PASSES)
    assert slack.parents(CHANNEL)
