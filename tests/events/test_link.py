"""Links to our own pages: a channel sees what it was told already, and nothing else."""

from typing import Any
from urllib.parse import quote

import pytest

from bot.slack.our_links import ReleaseLink, ReportLink, RuleLink, our_link
from bot.store import Store
from tests.fake_queue import FakeQueue
from tests.fake_slack import FakeSlack, Fault
from tests.jobs.talking import asking
from tests.slack.door import door
from tests.slack.parts import CHANNEL, IMAGE, TITLE, failing, opened, report
from tests.waiting import eventually

BASE = "https://bot.example"
RELEASE = f"{BASE}/release?name={quote(TITLE, safe='')}"
REPORT = f"{BASE}/report?image={quote(IMAGE, safe='')}"
RULE = f"{BASE}/rules/sbom-missing"


def shared(slack: FakeSlack, *urls: str, channel: str = CHANNEL) -> dict[str, Any]:
    ts = slack.space.stamp()
    slack.space.channels[channel].messages[ts] = {"ts": ts, "user": "U0ALICE", "text": " ".join(urls)}
    links = [{"domain": "bot.example", "url": url} for url in urls]
    return {"type": "link_shared", "channel": channel, "message_ts": ts, "user": "U0ALICE", "links": links}


def previews(slack: FakeSlack, event: dict[str, Any]) -> dict[str, str]:
    message = slack.space.channels[event["channel"]].messages[event["message_ts"]]
    return {url: one["blocks"][0]["text"]["text"] for url, one in message.get("unfurls", {}).items()}


async def test_what_the_channel_was_told_is_shown(slack: FakeSlack, store: Store) -> None:
    async with opened(slack, store) as office:
        await office.publish(report(failing("sbom-missing")))
    event = shared(slack, RELEASE, REPORT, RULE)
    async with asking(slack, store, base_url=BASE) as sender:
        assert (await sender.event(event)).status == 200
        await eventually(lambda: len(previews(slack, event)) == 3)
    shown = previews(slack, event)
    (parent,) = [one for one in slack.parents(CHANNEL) if one.get("bot_id")]
    assert shown[RELEASE] == shown[REPORT] == parent["text"]
    assert shown[RULE].startswith("*sbom-missing* (")


async def test_another_channel_learns_nothing(slack: FakeSlack, store: Store) -> None:
    slack.channel("C0OTHER", "other")
    async with opened(slack, store) as office:
        await office.publish(report(failing("sbom-missing")))
    event = shared(slack, RELEASE, REPORT, RULE, channel="C0OTHER")
    async with asking(slack, store, base_url=BASE) as sender:
        await sender.event(event)
        await eventually(lambda: bool(previews(slack, event)))
    assert previews(slack, event).keys() == {RULE}


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/release?name=acme/app%201.2.3",
        f"{BASE}.evil.example/rules/sbom-missing",
        f"{BASE}@evil.example/rules/sbom-missing",
        f"{BASE}/",
        f"{BASE}/release?name=",
        f"{BASE}/report?image=Foo%20Bar",
        f"{BASE}/report?{'a=1&' * 50}",
        f"{BASE}/rules/" + "x" * 4000,
        f"{BASE}/threads/x",
        "http://bot.example/rules/sbom-missing",
    ],
)
async def test_other_addresses_are_not_ours(slack: FakeSlack, store: Store, url: str) -> None:
    queue = FakeQueue()
    async with door(slack, queue, store, base_url=BASE) as sender:
        assert (await sender.event(shared(slack, url))).status == 200
    assert not queue.talks


@pytest.mark.parametrize("base_url", ["", BASE])
async def test_without_pages_or_a_message_there_is_nothing_to_show(
    slack: FakeSlack, store: Store, base_url: str
) -> None:
    queue = FakeQueue()
    event = shared(slack, RULE)
    if base_url:
        event |= {"message_ts": "Uxxx-composer", "source": "composer"}
    async with door(slack, queue, store, base_url=base_url) as sender:
        assert (await sender.event(event)).status == 200
    assert not queue.talks


async def test_a_store_that_is_away_lets_slack_deliver_it_again(slack: FakeSlack, store: Store) -> None:
    queue = FakeQueue(away=True)
    async with door(slack, queue, store, base_url=BASE) as sender:
        event = shared(slack, RULE)
        assert (await sender.event(event, event_id="Ev1")).status == 503
        queue.away = False
        assert (await sender.event(event, event_id="Ev1", retry=1)).status == 200
    assert len(queue.talks) == 1


async def test_slack_that_is_busy_gets_it_later(slack: FakeSlack, store: Store) -> None:
    slack.fail("chat.unfurl", Fault.RATE_LIMITED)
    event = shared(slack, RULE)
    async with asking(slack, store, base_url=BASE) as sender:
        await sender.event(event)
        await eventually(lambda: bool(previews(slack, event)))


def test_links_are_read_back() -> None:
    for base in (BASE, f"{BASE}/", f"{BASE}/bot"):
        root = base.rstrip("/")
        release, report_, rule = (url.replace(BASE, root) for url in (RELEASE, REPORT, RULE))
        assert str(our_link(release, base)).startswith("ReleaseLink")
        assert isinstance(our_link(release, base), ReleaseLink)
        assert isinstance(our_link(report_, base), ReportLink)
        assert our_link(rule, base) == RuleLink("sbom-missing")
    assert our_link(RULE, "") is None
