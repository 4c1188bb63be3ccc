"""The store is away, or a source floods us: nothing that could be a release is lost, and nobody is told a lie."""

import asyncio

import pytest

from bot.intake import buffer
from bot.intake.buffer import HELD_MAX, Buffer, Enqueue
from bot.intake.intake import PACE_MAX, WEBHOOK_BURST, WEBHOOK_RATE
from bot.intake.job import CheckJob
from bot.intake.rate import RateLimit
from tests.fake_queue import FakeQueue
from tests.webhooks.conftest import SECRET, Bot, miniature


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buffer, "HELD_RETRY", 0.01)


async def test_a_sender_that_retries_is_asked_to_come_back(bot: Bot) -> None:
    headers, body = miniature("distribution.push")
    bot.queue.away = True
    assert await bot.deliver("distribution", body, headers) == (503, {"accepted": 0, "reason": "the store is away"})
    async with bot.client.post("/webhooks/own", json=body, headers={"Authorization": f"Bearer {SECRET}"}) as response:
        assert response.headers["Retry-After"] == "30"
    bot.queue.away = False
    assert await bot.deliver("distribution", body, headers) == (202, {"accepted": 1})


@pytest.mark.parametrize(("kind", "name", "status"), [("quay", "quay.push", 202), ("github", "github.package", 503)])
async def test_a_sender_that_does_not_retry_loses_nothing(bot: Bot, kind: str, name: str, status: int) -> None:
    headers, body = miniature(name)
    bot.queue.away = True
    assert await bot.deliver(kind, body, headers) == (status, {"accepted": 0, "reason": "the store is away"})
    bot.queue.away = False
    await asyncio.wait_for(bot.queue.stored.wait(), 5)
    assert [image.rpartition("/")[2] for image in bot.queue.images] == ["shop:2.1.0"]


async def test_memory_has_room_for_so_many_and_then_says_so() -> None:
    queue = FakeQueue(away=True)
    buffer = Buffer(queue)
    call = Enqueue(CheckJob(image="quay.io/acme/shop:1", origin="webhook"), "k", "", 0)
    assert [buffer.hold(call) for _ in range(HELD_MAX + 1)].count(True) == HELD_MAX


def test_a_flood_is_put_off_and_in_the_end_refused() -> None:
    now = 0.0
    pace = RateLimit(WEBHOOK_BURST, WEBHOOK_RATE, PACE_MAX, lambda: now)
    waits = [pace.take("quay") for _ in range(WEBHOOK_BURST + 5)]
    assert waits[:WEBHOOK_BURST] == [0.0] * WEBHOOK_BURST
    assert waits[-1] == pytest.approx(5 / WEBHOOK_RATE)
    assert pace.take("another") == 0.0
    while (wait := pace.take("quay")) is not None:
        assert wait <= PACE_MAX
    now = 2 * PACE_MAX
    assert pace.take("quay") == 0.0


async def test_a_flooder_is_stored_with_a_delay(bot: Bot) -> None:
    _, body = miniature("quay.push")
    await bot.deliver("quay", {**body, "updated_tags": [f"1.{n}" for n in range(100)]})
    delays = list(bot.queue.delays.values())
    assert delays[0] == 30.0
    assert delays[-1] > 35.0
    assert len(bot.queue.images) == 100
