"""Rate limits and outages change nothing about the order, and hold up nobody for ever."""

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.errors import PostingError
from bot.report import Report
from bot.store import Store
from bot.store.threads import Address, Threads
from bot.store.threads.sending import Sending
from tests.fake_slack import FakeSlack, Fault
from tests.slack.parts import CHANNEL, Office, failing, opened, release, report
from tests.waiting import eventually

SAID = "sbom-missing is what failed. Fixes are in the thread."
A, B, C = (report(failing("sbom-missing"), image=f"quay.io/acme/{name}:1") for name in "abc")


def parents(slack: FakeSlack) -> list[str]:
    return [str(m["metadata"]["event_payload"]["subject"])[5:6] for m in slack.parents(CHANNEL)]


async def test_a_rate_limit_is_an_error_that_says_when_to_come_back(office: Office, slack: FakeSlack) -> None:
    slack.fail("chat.postMessage", Fault.RATE_LIMITED, retry_after="7")
    with pytest.raises(PostingError) as caught:
        await office.publish(A)
    assert caught.value.retry_after is not None
    assert 7 < caught.value.retry_after < 9
    assert len(slack.called("chat.postMessage")) == 1


@pytest.mark.parametrize("header", ["soon", "-3", "", "inf", "nan", "9e99"])
async def test_a_header_that_makes_no_sense_is_a_short_wait(office: Office, slack: FakeSlack, header: str) -> None:
    slack.fail("chat.postMessage", Fault.RATE_LIMITED, retry_after=header)
    with pytest.raises(PostingError) as caught:
        await office.publish(A)
    assert caught.value.retry_after is not None
    assert 1 <= caught.value.retry_after <= 3601


async def test_while_slack_asks_for_patience_nobody_asks_it(office: Office, slack: FakeSlack) -> None:
    slack.fail("chat.postMessage", Fault.RATE_LIMITED, retry_after="60")
    for told in (A, B):
        with pytest.raises(PostingError):
            await office.publish(told)
    assert len(slack.called("chat.postMessage")) == 1


async def test_who_came_first_is_posted_first_whoever_is_tried_again_first(slack: FakeSlack, store: Store) -> None:
    slack.fail("chat.postMessage", Fault.RATE_LIMITED, times=2)
    async with opened(slack, store) as one, opened(slack, store) as two, opened(slack, store) as three:
        with pytest.raises(PostingError):
            await one.publish(A)
        with pytest.raises(PostingError):
            await two.publish(B)
        await three.publish(C)
    async with opened(slack, store) as again:
        await again.publish(A)
        await again.publish(B)
    assert parents(slack) == ["a", "b", "c"]
    assert len(office_texts(slack)) == 6


async def test_what_a_person_waits_for_goes_ahead_of_what_was_pushed(slack: FakeSlack, store: Store) -> None:
    slack.fail("chat.postMessage", Fault.RATE_LIMITED, times=2)
    async with opened(slack, store) as one, opened(slack, store) as two, opened(slack, store) as three:
        with pytest.raises(PostingError):
            await one.publish(A)
        with pytest.raises(PostingError):
            await two.publish(B)
        await three.publish(C, requested_by="U1")
        assert parents(slack) == ["c"]
    async with opened(slack, store) as again:
        await again.publish(B)
    assert parents(slack) == ["c", "a", "b"]


def office_texts(slack: FakeSlack) -> list[str]:
    return [str(message["text"]) for message in slack.space.channels[CHANNEL].messages.values()]


async def test_a_limit_in_the_middle_of_a_thread_keeps_its_order(office: Office, slack: FakeSlack) -> None:
    told = report(*(failing(f"rule-{number}") for number in range(3)))
    slack.fail("chat.postMessage", Fault.NONE, times=2)
    slack.fail("chat.postMessage", Fault.RATE_LIMITED)
    with pytest.raises(PostingError):
        await office.publish(told)
    async with opened(slack, office.store) as again:
        await again.publish(told)
    assert [text[:15] for text in office.texts()[1:]] == [f"Fix for rule-{number}:" for number in range(3)]


async def test_a_turn_lasts_as_long_as_its_sender_lives(slack: FakeSlack, store: Store) -> None:
    """Slack is silent for longer than the turn of a killed sender would last: the sender renews it meanwhile."""
    slack.fail("chat.postMessage", Fault.HANG)
    async with opened(slack, store, lock_ms=3000) as one, opened(slack, store) as two:
        first = asyncio.create_task(one.publish(A))
        await eventually(lambda: bool(slack.called("chat.postMessage")))
        (lock,) = [key async for key in store.redis.scan_iter("*slack*lock*")]
        await store.redis.delete(lock)  # as when its first time is over

        async def is_renewed() -> bool:
            return bool(await store.redis.exists(lock))

        await eventually(is_renewed)
        slack.let_go()
        await asyncio.gather(first, two.publish(B))
    assert parents(slack) == ["a", "b"]


async def test_ten_workers_at_once_make_one_thread(slack: FakeSlack, store: Store) -> None:
    async def work() -> None:
        async with opened(slack, store) as office:
            await office.insist(A)

    await asyncio.gather(*(work() for _ in range(10)))
    assert len(office_texts(slack)) == 2


async def test_different_reports_at_once_end_with_one_thread(slack: FakeSlack, store: Store) -> None:
    async def work(number: int) -> None:
        async with opened(slack, store) as office:
            await office.insist(report(failing(f"rule-{number % 2}"), content=str(number)))

    await asyncio.gather(*(work(number) for number in range(6)))
    assert len(slack.parents(CHANNEL)) == 1
    replies = slack.replies(CHANNEL, slack.parents(CHANNEL)[0]["ts"])
    rules = [reply["metadata"]["event_payload"].get("rule") for reply in replies]
    assert sorted(filter(None, rules)) == ["rule-0", "rule-1"]


async def test_a_burst_of_images_over_several_workers_is_whole_and_nothing_twice(
    slack: FakeSlack, store: Store
) -> None:
    told = [report(failing("sbom-missing"), image=f"quay.io/acme/app-{number}:1") for number in range(16)]
    slack.fail("chat.postMessage", Fault.NONE, times=9)
    slack.fail("chat.postMessage", Fault.DROP_AFTER)
    slack.fail("chat.postMessage", Fault.NONE, times=5)
    slack.fail("chat.postMessage", Fault.DROP_BEFORE, times=2)

    async def work(share: list[Report]) -> None:
        async with opened(slack, store) as office:
            await asyncio.gather(*(office.insist(one) for one in share))

    await asyncio.gather(*(work(told[worker::4]) for worker in range(4)))
    assert sorted(office_texts(slack)) == sorted(
        [
            f"Fail: {release(one).title}, not ready. sbom-missing is what failed. Fixes are in the thread."
            for one in told
        ]
        + ["Fix for sbom-missing: Build with the flag."] * len(told)
    )


async def test_a_channel_has_a_pace_for_all_workers_together(store: Store) -> None:
    workers = [Sending(store, Threads(store), lock_ms=100) for _ in range(2)]
    address = Address("T1", CHANNEL, "")
    waits = [await workers[n % 2].wait_for(address, each=1000, burst=3) for n in range(6)]
    assert waits[:3] == [0, 0, 0]
    assert 0 < waits[3] < waits[4] < waits[5]
    assert await workers[0].wait_for(Address("T1", "C0OTHER", ""), each=1000, burst=3) == 0


async def test_a_thread_that_nobody_can_read_holds_up_nobody_else(office: Office, slack: FakeSlack) -> None:
    slack.fail("chat.postMessage", Fault.RATE_LIMITED)
    with pytest.raises(PostingError):
        await office.publish(A)
    keys = [key async for key in office.store.redis.scan_iter("*parent*acme/a*")]
    await office.store.redis.hset(keys[0], "content", "{broken")
    async with opened(slack, office.store) as again:
        with capture_logs() as logs:
            await again.publish(B)
    assert parents(slack) == ["b"]
    assert any("left to its own job" in entry["event"] for entry in logs)


async def test_a_refused_thread_holds_up_nobody_else(office: Office, slack: FakeSlack) -> None:
    slack.fail("chat.postMessage", Fault.REFUSED, code="restricted_action")
    await office.publish(A)
    await office.publish(B)
    assert parents(slack) == ["b"]
    await office.publish(A)
    assert parents(slack) == ["b", "a"]
