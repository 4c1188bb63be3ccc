"""How many requests a host gets at once."""

import asyncio
from typing import Any

import pytest
from aiohttp import web
from msgspec import Struct, field
from yarl import URL

from bot.errors import RateLimitedError, StoreError
from bot.oci.referrer_list import ApiRefusal
from bot.oci.shared_hosts import KnownApi
from bot.oci.wire.gates import HOSTS_CONCURRENCY, KINDS, Gates
from bot.oci.wire.messages import RegistryRequest
from bot.oci.wire.width import Width
from tests.fake_registry import FakeRegistry
from tests.oci.opened import Clock, at, opened
from tests.registry_faults import Answer, Status

QUICK = 0.05


def test_it_doubles_while_others_wait_and_the_host_keeps_up() -> None:
    width = Width(16, 64)
    for _ in range(16):
        width.answered(QUICK, wanted=True)
    assert width.places == 32
    for _ in range(100):
        width.answered(QUICK, wanted=True)
    assert width.places == 64


def test_it_stays_when_nobody_waits() -> None:
    width = Width(16, 64)
    for _ in range(100):
        width.answered(QUICK, wanted=False)
    assert width.places == 16


def test_a_refusal_halves_it_and_the_others_of_the_same_moment_do_not() -> None:
    width = Width(16, 64)
    assert width.refused()
    assert not width.refused()
    assert width.places == 8


def test_after_a_refusal_it_grows_by_one_for_each_time_that_all_were_answered() -> None:
    width = Width(16, 64)
    width.refused()
    for _ in range(16 + 8):  # those that were under way, and one round
        width.answered(QUICK, wanted=True)
    assert width.places == 8 + 1 - 1  # 8.97: not yet
    for _ in range(9):
        width.answered(QUICK, wanted=True)
    assert width.places == 9


def test_refusals_never_close_the_gate() -> None:
    width = Width(16, 64)
    for _ in range(10):
        width.refused()
        for _ in range(64):
            width.answered(QUICK, wanted=False)
    assert width.places == 1


def test_a_host_that_becomes_slower_gets_fewer_but_not_fewer_than_at_first() -> None:
    width = Width(16, 64)
    for _ in range(100):
        width.answered(QUICK, wanted=True)
    for _ in range(200):
        width.answered(1.0, wanted=True)
    assert width.places == 16


def test_what_others_take_is_not_there_and_comes_back() -> None:
    width = Width(16, 64)
    width.most = 4
    assert width.places == 4
    width.most = 64
    assert width.places == 16


class Crowd(Struct):
    """Counts how many requests are under way at once; each waits until no more come."""

    inside: int = 0
    most: int = 0

    async def send(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        del request
        self.inside += 1
        self.most = max(self.most, self.inside)
        await asyncio.sleep(0.02)
        self.inside -= 1
        return answer.response()


async def crowd(fake: FakeRegistry, count: int, **options: Any) -> int:  # noqa: ANN401 - those of opened
    """How many of so many requests were under way at once."""
    fake.push_image("demo/app", tag="1")
    fake.fault("/", seen := Crowd())
    async with opened(fake, **options) as registry:
        await asyncio.gather(*(registry.resolve(at(fake)) for _ in range(count)))
    return seen.most


async def test_many_requests_widen_the_gate_up_to_the_setting() -> None:
    async with FakeRegistry() as fake:
        assert 16 < await crowd(fake, 200, concurrency=4, concurrency_max=24) <= 24


async def test_few_requests_keep_to_the_first_width() -> None:
    async with FakeRegistry() as fake:
        assert await crowd(fake, 4, concurrency=4) == 4


class Shared(Struct):
    """Other processes, in memory."""

    places: int = 64
    asked: list[tuple[str, bool]] = field(default_factory=list)
    broken: bool = False

    async def referrers_api(self, place: str) -> KnownApi | None:
        del place
        return None

    async def keep_referrers_api(self, place: str, *, refusal: ApiRefusal | None) -> None:
        """Nobody asks."""

    async def share(self, host: str, most: int, *, refused: bool = False) -> int:
        if self.broken:
            raise StoreError("away")
        self.asked.append((host, refused))
        return min(self.places, most)


async def test_processes_share_the_width_of_a_host() -> None:
    shared = Shared(places=2)
    async with FakeRegistry() as fake:
        assert await crowd(fake, 20, shared=shared) == 2
        assert shared.asked == [(fake.host, False)]  # once in some seconds


async def test_a_refusal_is_told_to_the_others() -> None:
    shared = Shared()
    async with FakeRegistry() as fake, opened(fake, shared=shared, clock=Clock()) as registry:
        fake.fault("/", Status(429, headers={"Retry-After": "7200"}))
        with pytest.raises(RateLimitedError):
            await registry.resolve(at(fake))
    assert (fake.host, True) in shared.asked


async def test_without_the_store_a_process_goes_on_alone() -> None:
    async with FakeRegistry() as fake:
        assert await crowd(fake, 20, concurrency=4, concurrency_max=4, shared=Shared(broken=True)) == 4


def test_hosts_with_limits_of_their_own_keep_them() -> None:
    assert HOSTS_CONCURRENCY == {"quay.io:443": 8, "registry-1.docker.io:443": 16}
    gates = Gates(64, 64)
    for host, most in HOSTS_CONCURRENCY.items():
        ask = RegistryRequest(registry="x", what="x", url=URL(f"https://{host}/v2/"))
        gate = gates.of(ask)
        for _ in range(200):
            gate.answered(QUICK)
        assert gates.of(ask).places == most
    assert KINDS["token"] == 1
