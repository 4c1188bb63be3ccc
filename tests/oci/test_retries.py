"""Trying again: a few times, not too soon, and not when told to come back much later."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import RateLimitedError, UnavailableError
from bot.oci import tally
from bot.oci.reference import Reference
from bot.oci.wire.retry_after import RETRY_AFTER_MAX, retry_after
from tests.fake_registry import FakeRegistry
from tests.oci.opened import NOW, Clock, at, opened
from tests.real_parts import free_port
from tests.registry_faults import Status

HUB_LIMIT = (
    b'{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your unauthenticated pull rate limit."}]}'
)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524])
async def test_three_tries_one_and_three_seconds_apart(status: int) -> None:
    clock = Clock()
    async with FakeRegistry() as fake, opened(fake, clock=clock) as registry:
        fake.push_image("demo/app", tag="1")
        fake.fault("", Status(status))
        expected = RateLimitedError if status == 429 else UnavailableError
        with tally.counting() as counted, pytest.raises(expected, match=f"answered {status}") as caught:
            await registry.manifest(at(fake))
        assert (caught.value.tried, caught.value.host) == (3, fake.host)
        assert clock.waits == [1.0, 3.0]
        assert (counted.total, counted.manifest_pulls) == (3, 3)


@pytest.mark.parametrize(
    ("header", "wait"),
    [("7", 7.0), ("0", 0.0), ("Tue, 24 Nov 2026 12:00:20 GMT", 20.0), ("Tue, 24 Nov 2026 11:00:00 GMT", 0.0)],
)
async def test_what_retry_after_says_is_waited(header: str, wait: float) -> None:
    clock = Clock()
    async with FakeRegistry() as fake, opened(fake, clock=clock) as registry:
        digest = fake.push_image("demo/app", tag="1")
        fake.fault("", Status(429, headers={"Retry-After": header}), times=1)
        assert (await registry.manifest(at(fake))).digest == digest
        assert clock.waits == [wait]


async def test_who_says_to_come_back_later_is_left_alone_and_the_time_is_told() -> None:
    clock = Clock()
    async with FakeRegistry() as fake, opened(fake, clock=clock) as registry:
        fake.push_image("demo/app", tag="1")
        fake.fault("", Status(429, headers={"Retry-After": "3600"}))
        with pytest.raises(RateLimitedError) as caught:
            await registry.manifest(at(fake))
        assert caught.value.retry_at == NOW + timedelta(hours=1)
        assert (clock.waits, len(fake.requests)) == ([], 1)


async def test_the_pull_limit_of_docker_hub_does_not_pass_in_seconds() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        fake.push_image("demo/app", tag="1")
        fake.fault("", Status(429, HUB_LIMIT))
        with pytest.raises(RateLimitedError, match="pull rate limit"):
            await registry.manifest(at(fake))
        assert len(fake.requests) == 1


async def test_a_server_in_maintenance_for_hours_is_not_waited_for() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        fake.push_image("demo/app", tag="1")
        fake.fault("", Status(503, headers={"Retry-After": "7200"}))
        with pytest.raises(UnavailableError):
            await registry.manifest(at(fake))
        assert len(fake.requests) == 1


async def test_where_nothing_listens_it_is_said() -> None:
    host = f"127.0.0.1:{free_port()}"
    async with opened(private_hosts=(host,)) as registry:
        with pytest.raises(UnavailableError, match=f"nothing listens at {host}") as caught:
            await registry.manifest(Reference.parse(f"{host}/demo/app:1"))
        assert caught.value.tried == 3


@pytest.mark.parametrize("host", ["no-such.example", "a" * 64 + ".example", ".".join(["a" * 60] * 5)])
async def test_an_unknown_name_is_said_at_once(host: str) -> None:
    clock = Clock()
    async with opened(clock=clock) as registry:
        with pytest.raises(UnavailableError, match=r"the host name .* is unknown"):
            await registry.manifest(Reference.parse(f"{host}/demo/app:1"))
        assert clock.waits == []


@pytest.mark.parametrize("host", ["127.1:443", "2130706433:443"])
async def test_what_is_no_name_and_no_address_is_not_tried_again(host: str) -> None:
    clock = Clock()
    async with opened(clock=clock) as registry:
        with pytest.raises(UnavailableError, match="is not a host name"):
            await registry.manifest(Reference.parse(f"{host}/demo/app:1"))
        assert clock.waits == []


@given(st.text(max_size=40) | st.integers().map(str) | st.datetimes().map(lambda d: d.isoformat()))
def test_any_retry_after_is_a_bounded_wait_or_none(header: str) -> None:
    wait = retry_after(header, datetime.now(UTC))
    assert wait is None or 0 <= wait <= RETRY_AFTER_MAX


@given(st.integers(min_value=0, max_value=RETRY_AFTER_MAX))
def test_seconds_are_taken_as_they_are(seconds: int) -> None:
    assert retry_after(str(seconds), NOW) == seconds


def test_no_header_is_no_wait() -> None:
    assert retry_after(None, NOW) is None
    assert retry_after("soon", NOW) is None
