"""The digest of a channel: once a day or week, whoever dies and however many workers there are."""

import asyncio

import pytest
from msgspec import Struct, field

from bot.attention import NotePlace, Snooze
from bot.digest.schedule import Schedule, parse
from bot.errors import PostingError
from bot.jobs.digest_contents import DigestContents
from bot.jobs.digests import LEASE, THING, DigestSender
from bot.render.release.view import Passes
from bot.render.slack.message import MessageDraft
from bot.slack.local_transport import TEAM as PAGES
from bot.store import Store
from bot.store.attention.notes import Notes
from bot.store.digest_marks import ChosenSchedule, DigestMarks
from bot.store.lease import Lease, Leases
from bot.store.passed import PassedReleases
from bot.store.silence import Silences, SilentSource, UnheardPush
from bot.store.threads import Address
from tests.fake_slack import FakeSlack, Fault
from tests.slack.parts import CHANNEL, Office, failing, opened, passing, release, report
from tests.waiting import eventually

DAY = 86_400.0
DAILY = parse("daily 09:00 UTC")


class Clock(Struct):
    """The store's clock, and how much later it is for the digests."""

    store: Store
    later: float = 0.0

    async def now(self) -> float:
        return await self.store.now() + self.later


def sender(store: Store, office: Office, clock: Clock, *, name: str = "one", default: Schedule = DAILY) -> DigestSender:
    leases = Leases(store, THING, name, seconds=LEASE)
    return DigestSender(DigestContents(store), DigestMarks(store), leases, office.outbox, default, clock.now, beat=0.01)


async def held(one: DigestSender) -> Lease:
    lease = await one.leases.take()
    assert lease is not None
    return lease


def digests(slack: FakeSlack, channel: str = CHANNEL) -> list[str]:
    return [m["text"] for m in slack.parents(channel) if m["metadata"]["event_type"] == "provenance_digest"]


@pytest.fixture
async def clock(store: Store) -> Clock:
    return Clock(store)


async def known(store: Store, office: Office, clock: Clock) -> DigestSender:
    """A sender that has seen the channel: the next digest is due tomorrow."""
    one = sender(store, office, clock)
    await PassedReleases(store).add(Address("T0MICROCKS", CHANNEL, "acme/app nightly (rolling)"))
    assert await one.round(await held(one)) >= 1
    clock.later = DAY
    return one


async def test_twelve_nightly_builds_that_stay_good_are_no_message_and_one_line(
    office: Office, slack: FakeSlack, store: Store, clock: Clock
) -> None:
    one = await known(store, office, clock)
    for number in range(12):
        nightly = report(passing("sbom-missing"), image="quay.io/acme/app:nightly", content=f"build {number}")
        await office.publish(release(nightly, is_rolling=True, passes=Passes.DIGEST))
    assert not slack.parents(CHANNEL)
    assert await one.round(await held(one)) == 1
    (message,) = slack.parents(CHANNEL)
    assert message["text"] == "Digest: 1 release passed, nothing open."
    assert str(message["blocks"]).count("•") == 1
    assert "<@" not in str(message)


async def test_a_new_channel_gets_its_first_digest_the_next_time(
    office: Office, slack: FakeSlack, store: Store, clock: Clock
) -> None:
    await known(store, office, clock)
    assert not slack.parents(CHANNEL)


async def test_an_empty_digest_is_skipped(office: Office, slack: FakeSlack, store: Store, clock: Clock) -> None:
    one = await known(store, office, clock)
    await one.round(await held(one))
    clock.later = 2 * DAY
    assert await one.round(await held(one)) == 1
    assert len(digests(slack)) == 1


async def test_it_is_sent_once_in_its_period_and_again_in_the_next(
    office: Office, slack: FakeSlack, store: Store, clock: Clock
) -> None:
    await office.publish(report(failing("sbom-missing")))
    one = await known(store, office, clock)
    for _ in range(3):
        await one.round(await held(one))
    assert len(digests(slack)) == 1
    clock.later += DAY
    await one.round(await held(one))
    assert digests(slack) == ["Digest: 1 release passed, 1 release open.", "Digest: 0 releases passed, 1 release open."]


async def test_after_a_long_pause_there_is_one(office: Office, slack: FakeSlack, store: Store, clock: Clock) -> None:
    await office.publish(report(failing("sbom-missing")))
    one = await known(store, office, clock)
    clock.later = 6 * DAY
    await one.round(await held(one))
    await one.round(await held(one))
    assert len(digests(slack)) == 1


async def test_two_workers_at_once_send_it_once(slack: FakeSlack, store: Store, clock: Clock) -> None:
    async with opened(slack, store) as first, opened(slack, store) as second:
        await known(store, first, clock)
        stop = asyncio.Event()
        senders = [sender(store, office, clock, name=str(n)) for n, office in enumerate((first, second))]
        await first.publish(report(failing("sbom-missing")))
        await Leases(store, THING, "one", seconds=LEASE).release()
        running = [asyncio.create_task(one.run(stop)) for one in senders]
        await eventually(lambda: bool(digests(slack)))
        stop.set()
        await asyncio.gather(*running)
    assert len(digests(slack)) == 1


async def test_two_that_both_believe_to_have_the_lease_send_it_once(
    slack: FakeSlack, store: Store, clock: Clock
) -> None:
    async with opened(slack, store) as first, opened(slack, store) as second:
        one = await known(store, first, clock)
        lost = await held(one)
        await one.leases.release()
        other = sender(store, second, clock, name="two")
        mine = await held(other)
        await asyncio.gather(one.round(lost), other.round(mine), return_exceptions=True)
    assert len(digests(slack)) == 1
    due = DAILY.latest_due(await clock.now())
    assert await DigestMarks(store).last(Address("T0MICROCKS", CHANNEL, "")) == due
    assert not await DigestMarks(store).mark(Address("T0MICROCKS", CHANNEL, ""), 0.0, lost)


async def test_an_answer_that_is_lost_does_not_double_it(
    office: Office, slack: FakeSlack, store: Store, clock: Clock
) -> None:
    one = await known(store, office, clock)
    slack.fail("chat.postMessage", Fault.DROP_AFTER)
    for _ in range(3):
        await one.round(await held(one))
    assert len(digests(slack)) == 1


async def test_a_slack_that_is_busy_gets_it_later(office: Office, slack: FakeSlack, store: Store, clock: Clock) -> None:
    one = await known(store, office, clock)
    slack.fail("chat.postMessage", Fault.RATE_LIMITED)
    assert await one.round(await held(one)) == 0
    assert not digests(slack)
    async with opened(slack, store) as again:
        two = sender(store, again, clock)
        assert await two.round(await held(two)) == 1
    assert len(digests(slack)) == 1


async def test_a_channel_that_takes_no_posts_holds_up_no_other(
    office: Office, slack: FakeSlack, store: Store, clock: Clock
) -> None:
    slack.channel("C0ARCHIVE", "archive").is_archived = True
    await PassedReleases(store).add(Address("T0MICROCKS", "C0ARCHIVE", "acme/app 1.0"))
    one = await known(store, office, clock)
    await one.round(await held(one))
    await one.round(await held(one))
    assert len(digests(slack)) == 1
    posts = [call for call in slack.called("chat.postMessage") if call.args["channel"] == "C0ARCHIVE"]
    assert len(posts) <= 2


class Broken(Struct):
    """A publisher that fails for one channel."""

    channel: str
    told: list[str] = field(default_factory=list)

    async def publish_digest(self, subject: str, draft: MessageDraft, *, channel: str) -> None:
        del subject, draft
        if channel == self.channel:
            raise PostingError("Slack did not answer", retry_after=1.0)
        self.told.append(channel)


async def test_one_channel_that_fails_is_tried_again_and_the_others_get_theirs(
    office: Office, store: Store, clock: Clock
) -> None:
    await PassedReleases(store).add(Address("T0MICROCKS", "C0BROKEN", "acme/app 1.0"))
    one = await known(store, office, clock)
    broken = Broken("C0BROKEN")
    other = DigestSender(one.contents, one.marks, one.leases, broken, DAILY, clock.now)
    assert await other.round(await held(other)) == 1
    assert broken.told == [CHANNEL]
    broken.channel = ""
    assert await other.round(await held(other)) == 1
    assert broken.told == [CHANNEL, "C0BROKEN"]


async def test_a_channel_has_its_own_schedule(office: Office, slack: FakeSlack, store: Store, clock: Clock) -> None:
    one = await known(store, office, clock)
    marks = DigestMarks(store)
    await marks.choose(ChosenSchedule(team="T0MICROCKS", channel=CHANNEL, digest="off"))
    await one.round(await held(one))
    assert not digests(slack)
    await marks.choose(ChosenSchedule(team="T0MICROCKS", channel=CHANNEL, digest="daily 09:00 Asia/Tokyo"))
    clock.later += DAY
    await one.round(await held(one))
    assert len(digests(slack)) == 1


async def test_the_pages_get_no_digest(office: Office, store: Store, clock: Clock) -> None:
    await PassedReleases(store).add(Address(PAGES, "pages", "acme/app 1.0"))
    one = sender(store, office, clock)
    assert await one.round(await held(one)) == 0


async def test_what_is_in_it(office: Office, store: Store) -> None:
    now = await store.now()
    await office.publish(report(failing("sbom-missing")))
    await office.publish(report(failing("sbom-missing"), image="quay.io/acme/other:1.0"))
    await Notes(store).put(Snooze(NotePlace("T0MICROCKS", CHANNEL, "acme/app 1.2.3"), "U0ALICE", now, now + DAY))
    push = UnheardPush(image="quay.io/acme/app:1", at=now)
    await Silences(store).put(SilentSource(source="quay", repositories={"a": push}, channel=CHANNEL))
    await Silences(store).put(SilentSource(source="hub", repositories={"a": push}, channel="C0OTHER"))
    content = await DigestContents(store).of("T0MICROCKS", CHANNEL, since=0.0, now=now)
    assert {(one.title, one.said) for one in content.failing} == {("acme/app 1.2.3", "snoozed"), ("acme/other 1.0", "")}
    assert [(one.what, one.about) for one in content.ending] == [("the snooze", "acme/app 1.2.3")]
    assert content.silent == ("quay",)
    assert (await DigestContents(store).of("T0MICROCKS", "C0OTHER", since=0.0, now=now)).failing == ()
