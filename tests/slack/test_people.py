"""What the person who asked hears, besides the thread; and where a report goes that Slack does not take."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.errors import PostingError
from bot.oci.reference import Reference
from bot.releases import Member, Release, ReleaseName
from bot.render.release.members import view_of
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
from tests.slack.parts import CHANNEL, IMAGE, TITLE, Office, failing, opened, passing, release, report
from tests.slack.test_noise import CHART, nobody_asks

FAIL = report(failing("sbom-missing"))
LATER = datetime(2026, 11, 22, 14, 10, tzinfo=UTC)
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


async def test_trouble_without_a_thread_is_its_parent_and_the_verdict_takes_its_place(
    office: Office, slack: FakeSlack
) -> None:
    await office.fail(SILENT, final=True)
    (parent,) = slack.parents(CHANNEL)
    assert parent["text"].startswith("Unknown: ")
    assert "not tried again automatically" in str(parent["blocks"])
    await office.fail(f"{SILENT} (6 tries)", retry_at=LATER)
    assert "<!date^" in str(slack.parents(CHANNEL)[0]["blocks"])
    await office.publish(FAIL)
    (parent,) = slack.parents(CHANNEL)
    assert parent["text"].startswith("Fail: ")
    assert [r["text"][:9] for r in slack.replies(CHANNEL, parent["ts"])] == ["Fix for s", "Now fails"]


async def test_an_attempt_that_is_repeated_starts_no_thread(office: Office, slack: FakeSlack) -> None:
    """The first post carries the verdict."""
    await office.fail(SILENT, retry_at=LATER)
    assert not slack.parents(CHANNEL)


async def test_trouble_in_a_thread_leaves_its_verdict_and_is_one_reply(office: Office, slack: FakeSlack) -> None:
    await office.publish(FAIL)
    for tries in range(3):
        await office.fail(f"{SILENT} ({tries})", retry_at=LATER)
    (parent,) = slack.parents(CHANNEL)
    assert parent["text"].startswith("Fail: ")
    assert [r["text"][:9] for r in slack.replies(CHANNEL, parent["ts"])] == ["Fix for s", "Unknown: "]
    await office.publish(FAIL)
    assert [r["text"][:9] for r in slack.replies(CHANNEL, parent["ts"])] == ["Fix for s", "The check"]
    await office.fail(SILENT, final=True)
    assert len(slack.replies(CHANNEL, parent["ts"])) == 3


HUB = IMAGE.replace("quay.io", "docker.io")


async def test_two_images_that_cannot_be_checked_are_both_named_until_both_are_checked(
    office: Office, slack: FakeSlack
) -> None:
    """Seen: of two, only the last one; and when another image of the release was checked, "the check has succeeded"."""
    hub = report(failing("sbom-missing"), image=HUB)
    await office.publish(release(FAIL, hub))
    for image in (IMAGE, HUB):
        await office.fail(f"{image} is away", image=image, retry_at=LATER)
    (parent,) = slack.parents(CHANNEL)

    def trouble() -> str:
        return str(slack.replies(CHANNEL, parent["ts"])[-1]["blocks"])

    assert f"the newest pushes of `{HUB}`, `{IMAGE}` could not be checked" in trouble()
    why = slack.replies(CHANNEL, parent["ts"])[-1]["blocks"][1]["text"]["text"]
    assert why.startswith(f"{HUB} is away."), "a reason that names its image is not begun with it"
    now = await office.store.now()
    view = release(FAIL, hub)
    looked = [replace(one, looked_at=now + 60 if one.image == HUB else now - 60) for one in view.images]
    await office.publish(replace(view, images=tuple(looked)))
    assert f"the newest push of `{IMAGE}` could not be checked" in trouble()
    assert "is away" not in trouble(), "that was the other one"
    await office.publish(replace(view, images=tuple(replace(one, looked_at=now + 60) for one in looked)))
    assert "The check has succeeded" in trouble()
    assert len(slack.replies(CHANNEL, parent["ts"])) == 2


async def test_a_check_that_began_while_the_failure_waited_to_be_posted_ends_it(
    office: Office, slack: FakeSlack
) -> None:
    """Slack was away: the failure of an hour ago was posted now, and a look of a minute ago was said to be older."""
    await office.publish(FAIL)
    now = await office.store.now()
    await office.fail(SILENT, retry_at=LATER, at=now - 3600.4)
    (parent,) = slack.parents(CHANNEL)
    for looked_at, state in ((now - 3601, "could not be checked"), (now - 3600.2, "The check has succeeded")):
        view = release(FAIL)
        await office.publish(replace(view, images=(replace(view.images[0], looked_at=looked_at),)))
        assert state in str(slack.replies(CHANNEL, parent["ts"])[-1]["blocks"])


async def test_a_deleted_reply_about_trouble_comes_back_with_the_next_trouble_only(
    office: Office, slack: FakeSlack
) -> None:
    """Seen: it was posted again with every second attempt."""
    await office.publish(FAIL)
    (parent,) = slack.parents(CHANNEL)

    def troubles() -> list[str]:
        return [one["ts"] for one in slack.replies(CHANNEL, parent["ts"]) if "could not be checked" in one["text"]]

    await office.fail(SILENT, retry_at=LATER)
    (told,) = troubles()
    del slack.space.channels[CHANNEL].messages[told]
    for attempts in range(2, 6):
        await office.fail(f"{SILENT} ({attempts} attempts)", retry_at=LATER)
        assert not troubles()
    view = release(FAIL)
    checked = replace(view.images[0], looked_at=await office.store.now() + 60)
    await office.publish(replace(view, images=(checked,)))
    assert not troubles()
    await office.fail(SILENT, retry_at=LATER, at=checked.looked_at + 60)
    assert len(troubles()) == 1


@pytest.mark.parametrize("is_known", [True, False])
async def test_a_deleted_reply_about_one_image_does_not_hide_the_trouble_of_another(
    office: Office, slack: FakeSlack, *, is_known: bool
) -> None:
    """Seen: the second image joined the deleted reply, and nobody was told that it could not be checked."""
    await office.publish(FAIL)
    (parent,) = slack.parents(CHANNEL)

    def troubles() -> list[str]:
        return [one["ts"] for one in slack.replies(CHANNEL, parent["ts"]) if "could not be checked" in one["text"]]

    await office.fail(SILENT, retry_at=LATER)
    (told,) = troubles()
    del slack.space.channels[CHANNEL].messages[told]
    if is_known:  # only an edit shows that it was deleted
        await office.fail(f"{SILENT} (2 attempts)", retry_at=LATER)
        assert not troubles()
    other = "quay.io/acme/other:1.2.3"
    for attempts in range(1, 4):
        await office.fail(f"{SILENT} ({attempts} attempts)", image=other, retry_at=LATER)
        assert len(troubles()) == 1
    assert "other" in str(slack.replies(CHANNEL, parent["ts"])[-1])


async def test_a_chart_that_could_not_be_checked_and_is_not_asked_about_is_over_when_it_is_checked(
    office: Office, slack: FakeSlack
) -> None:
    """Seen: charts are not told among images, so "could not be checked" stayed for good."""
    chart = "quay.io/acme/charts/app:1.2.3"
    await office.publish(FAIL)
    await office.fail(SILENT, image=chart, retry_at=LATER)
    (parent,) = slack.parents(CHANNEL)
    asked = report(nobody_asks(), image=chart, artifact=CHART)
    members = tuple(Member(Reference.parse(one.image), digest=one.digest, checked_at=2e9) for one in (FAIL, asked))
    name = ReleaseName("acme/app", "1.2.3")
    await office.publish(view_of(Release(name, members[:1]), [FAIL], 2e9))
    assert "could not be checked" in str(slack.replies(CHANNEL, parent["ts"])[-1]["blocks"])
    await office.publish(view_of(Release(name, members), [FAIL, asked], 2e9))
    assert "The check has succeeded" in str(slack.replies(CHANNEL, parent["ts"])[-1]["blocks"])


async def test_images_without_any_verdict_are_all_named(office: Office, slack: FakeSlack) -> None:
    for image in (IMAGE, HUB):
        await office.fail(SILENT, image=image, final=True)
    (parent,) = slack.parents(CHANNEL)
    assert parent["text"].startswith(f"Unknown: {HUB}, {IMAGE} could not be checked. ")
    assert parent["blocks"][0]["text"]["text"] == "❔ Unknown: 2 images could not be checked"


async def test_sixty_images_that_cannot_be_checked_are_one_message_that_slack_takes(
    office: Office, slack: FakeSlack
) -> None:
    for number in range(60):
        image = f"registry.example.org/a-team/with-a-long-name/service-number-{number}:1.2.3"
        await office.fail(SILENT, image=image, final=True)
    (parent,) = slack.parents(CHANNEL)
    assert "service-number-59:1.2.3`" in str(parent["blocks"])
    assert "❔ Unknown: more than " in str(parent["blocks"])
    assert len(str(parent["metadata"])) < 2000


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
