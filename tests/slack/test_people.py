"""What the person who asked hears, besides the thread; and where a report goes that Slack does not take."""

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.errors import PostingError
from bot.render.release.view import ReleaseView
from bot.report import Report
from bot.settings import Settings
from bot.slack.local_transport import CHANNEL as PAGES
from bot.slack.local_transport import TEAM
from bot.slack.outbox import ReleaseSource, open_outbox
from bot.slack.requester import Asker
from bot.store import Store
from bot.store.threads import Address, MessageState, Threads
from tests.fake_slack import FakeSlack, Fault
from tests.slack.parts import CHANNEL, TITLE, Office, failing, opened, passing, release, report

FAIL = report(failing("sbom-missing"))
SILENT = "quay.io did not answer (10 s)"


def loading(told: Report) -> ReleaseSource:
    async def load() -> ReleaseView:
        return release(told)

    return load


def heard(slack: FakeSlack) -> list[str]:
    """Everything that was said through response URLs."""
    return [str(said["text"]) for url in slack.space.responses.values() for said in url.got]


async def test_a_new_message_in_the_channel_speaks_for_itself(office: Office, slack: FakeSlack) -> None:
    await office.publish(FAIL, requested_by="U0ALICE", response_url=slack.response_url(CHANNEL))
    assert heard(slack) == []


async def test_who_asks_again_is_led_to_the_message_that_changed(office: Office, slack: FakeSlack) -> None:
    await office.publish(FAIL)
    await office.publish(FAIL, requested_by="U0ALICE", response_url=slack.response_url(CHANNEL))
    (said,) = heard(slack)
    assert said.startswith(f"Fail: {TITLE}. <https://microcks.slack.com/archives/{CHANNEL}/p")


async def test_an_answer_that_may_have_arrived_is_not_repeated(office: Office, slack: FakeSlack) -> None:
    await office.publish(FAIL)
    url = slack.response_url(CHANNEL)
    slack.fail("response_url", Fault.DROP_BEFORE)
    await office.publish(FAIL, requested_by="U0ALICE", response_url=url)
    await office.publish(FAIL, requested_by="U0ALICE", response_url=url)
    assert len(slack.called("response_url")) == 1


async def test_where_the_bot_is_not_the_person_gets_the_result_alone(office: Office, slack: FakeSlack) -> None:
    slack.channel("C0ELSE", "elsewhere", is_member=False)
    url = slack.response_url("C0ELSE")
    await office.publish(FAIL, channel="C0ELSE", requested_by="U0ALICE", response_url=url)
    (said,) = slack.space.responses["r0"].got
    assert "/invite @provenance" in str(said["blocks"])
    assert "sbom-missing" in str(said["blocks"])
    assert said["response_type"] == "ephemeral"
    assert "actions" not in {block["type"] for block in said["blocks"]}
    assert not slack.parents("C0ELSE")


async def test_only_slacks_own_response_urls_are_dialled(office: Office) -> None:
    """A job in the store may say what it wants."""
    await office.publish(FAIL)
    async with FakeSlack() as stranger:
        url = stranger.response_url(CHANNEL)
        await office.publish(FAIL, requested_by="U0ALICE", response_url=url)
        assert not stranger.calls


@pytest.mark.parametrize("code", ["is_archived", "restricted_action_read_only_channel", "not_in_channel", "odd"])
async def test_what_slack_refuses_for_good_is_kept_and_logged_and_not_tried_for_ever(
    office: Office, slack: FakeSlack, code: str
) -> None:
    slack.fail("chat.postMessage", Fault.REFUSED, code=code)
    with capture_logs() as logs:
        await office.publish(FAIL)
    assert [entry["code"] for entry in logs if "refused" in entry["event"]] == [code]
    (thread,) = await office.threads.newest(5)
    assert (thread.parent.state, thread.parent.code) == (MessageState.FAILED, code)
    assert len(office.held) == (0 if code == "odd" else 1)


async def test_who_asked_where_the_bot_is_not_hears_what_to_do_without_reading_blocks(
    office: Office, slack: FakeSlack
) -> None:
    slack.fail("chat.postMessage", Fault.REFUSED, code="not_in_channel")
    url = slack.response_url(CHANNEL)
    await office.publish(FAIL, requested_by="U0ALICE", response_url=url)
    (said,) = slack.space.responses["r0"].got
    assert said["text"].startswith("The bot is not in this channel, so only you see this. Type `/invite @provenance`")
    assert FAIL.image.rpartition("/")[2].partition(":")[2] in said["text"]


async def test_a_missing_scope_is_named_in_the_log(office: Office, slack: FakeSlack) -> None:
    slack.space.scopes.clear()
    with capture_logs() as logs:
        await office.publish(FAIL)
    assert [entry["needed"] for entry in logs if "refused" in entry["event"]] == ["chat:write"]
    assert office.held == ["the bot token does not have the scope chat:write"]


async def test_a_revoked_token_leaves_the_thread_on_the_pages(office: Office, slack: FakeSlack) -> None:
    slack.space.token = "xoxb-another"
    with capture_logs() as logs:
        await office.publish(FAIL)
    assert [entry["why"] for entry in logs if "pages only" in entry["event"]] == ["Slack refuses SLACK_BOT_TOKEN"]
    assert office.held == ["Slack refuses SLACK_BOT_TOKEN"]
    (thread,) = await office.threads.newest(5)
    assert thread.address == Address(TEAM, PAGES, TITLE)


async def test_slack_away_is_tried_again_and_not_given_to_the_pages(office: Office, slack: FakeSlack) -> None:
    slack.fail("auth.test", Fault.SERVER_ERROR)
    assert await office.insist(FAIL) == 2
    assert len(slack.parents(CHANNEL)) == 1


async def test_a_channel_that_is_not_found_is_said_in_the_log(office: Office) -> None:
    with capture_logs() as logs:
        await office.publish(FAIL, channel="#nowhere")
    assert [entry["channel"] for entry in logs if "pages only" in entry["event"]] == ["#nowhere"]
    assert "#nowhere does not exist" in office.held[0]
    (thread,) = await office.threads.newest(5)
    assert thread.address.team == TEAM


async def test_without_any_channel_the_log_says_pages_only(slack: FakeSlack, store: Store) -> None:
    async with opened(slack, store) as office:
        with capture_logs() as logs:
            await office.publish(FAIL, channel="")
    assert any("pages only" in entry["event"] for entry in logs)
    assert not slack.called("chat.postMessage")


async def test_the_default_channel_is_used_where_none_is_named(slack: FakeSlack, store: Store) -> None:
    async with opened(slack, store, default="#releases") as office:
        await office.publish(FAIL, channel="")
    assert len(slack.parents(CHANNEL)) == 1


async def test_without_slack_threads_are_made_all_the_same(store: Store) -> None:
    async with open_outbox(Settings(slack_bot_token=None), store) as outbox:
        await outbox.publish(loading(FAIL), subject=TITLE, channel="C0ANY")
        await outbox.publish(loading(report(passing("sbom-missing"), content="two")), subject=TITLE, channel="")
    (thread,) = await Threads(store).newest(5)
    assert thread.parent.text.startswith("Pass: ")
    assert [reply.text[:9] for reply in thread.replies] == ["Fixed: sb", "Now passe"]
    assert not thread.is_pending
    assert float(thread.replies[0].ts) > float(thread.parent.ts)


async def test_the_real_outbox_posts_with_the_settings_token(slack: FakeSlack, store: Store) -> None:
    settings = Settings(slack_bot_token=SecretStr(slack.space.token), slack_api_url=slack.api, slack_channel=CHANNEL)
    async with open_outbox(settings, store) as outbox:
        await outbox.publish(loading(FAIL), subject=TITLE, channel="")
    assert len(slack.parents(CHANNEL)) == 1


async def test_who_asked_hears_of_trouble_alone(office: Office, slack: FakeSlack) -> None:
    url = slack.response_url(CHANNEL)
    await office.fail("it does not exist <!channel>", final=True, response_url=url)
    (said,) = heard(slack)
    assert "&lt;!channel&gt;" in said
    assert not slack.parents(CHANNEL)


async def test_when_the_response_url_is_used_up_the_thread_hears_of_trouble(office: Office, slack: FakeSlack) -> None:
    url = slack.response_url(CHANNEL)
    slack.space.responses["r0"].uses = 5
    await office.fail(SILENT, final=True, response_url=url)
    assert slack.parents(CHANNEL)[0]["text"].startswith("Unknown: ")


async def test_every_key_has_a_time_to_live(office: Office, slack: FakeSlack) -> None:
    url = slack.response_url(CHANNEL)
    await office.publish(FAIL, channel="#releases", requested_by="U0ALICE", response_url=url)
    await office.publish(report(passing("sbom-missing")), requested_by="U0ALICE", response_url=url)
    slack.fail("chat.postMessage", Fault.RATE_LIMITED)
    with pytest.raises(PostingError):
        await office.publish(report(failing("sbom-missing"), image="quay.io/acme/other:1"))
    async with open_outbox(Settings(slack_bot_token=None), office.store) as outbox:
        await outbox.publish(loading(FAIL), subject=TITLE, channel="")
    keys = [str(key) async for key in office.store.redis.scan_iter("*")]
    assert len(keys) > 10
    assert not [key for key in keys if await office.store.redis.ttl(key) < 0]


async def test_who_mentioned_the_bot_is_answered_in_that_thread_each_time(office: Office, slack: FakeSlack) -> None:
    ts = slack.space.stamp()
    slack.space.channels[CHANNEL].messages[ts] = {"type": "message", "ts": ts, "user": "U0ALICE", "text": "check it"}
    for asked_at in (1.0, 1.0, 2.0):  # the job came back once; then the person asked again
        asker = Asker("U0ALICE", channel=CHANNEL, thread_ts=ts, asked_at=asked_at)
        await office.outbox.answer(release(FAIL), TITLE, channel=CHANNEL, asker=asker)
    said = slack.replies(CHANNEL, ts)
    assert len(said) == 2
    assert all("sbom-missing" in str(one["blocks"]) for one in said)
    assert not slack.space.ephemerals
