"""The store is unavailable, or a source floods us: no authentic push is lost, and nobody is told a lie."""

import asyncio
import json

import pytest

from bot.intake import buffer
from bot.intake.push import RetryBehaviour
from bot.intake.rate import RateLimit
from handlers.webhooks import RECEIVERS
from tests.waiting import PATIENCE
from tests.webhooks.conftest import KINDS, PUSH, SECRET, Bot, load


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buffer, "BUFFER_RETRY", 0.01)


TOLD = dict.fromkeys(
    ("acr", "aliyun", "artifactory", "cdevents", "cloudevents", "dockerhub", "gitea", "github", "nexus", "zot"),
    RetryBehaviour.ONCE,
)
TOLD |= dict.fromkeys(("artifact-registry", "distribution", "ecr"), RetryBehaviour.RETRIES)
TOLD |= {"harbor": RetryBehaviour.FEW_TIMES, "quay": RetryBehaviour.GIVES_UP}
"""What their documentation or code says; where it says nothing, the worse case."""

RETRIES = [kind for kind in KINDS if RECEIVERS[kind].retries is RetryBehaviour.RETRIES]
GIVES_UP = [kind for kind in KINDS if RECEIVERS[kind].retries is RetryBehaviour.GIVES_UP]


def test_each_sender_is_answered_by_what_it_does_with_a_refusal() -> None:
    assert TOLD.items() <= {kind: receiver.retries for kind, receiver in RECEIVERS.items()}.items()


@pytest.mark.parametrize("kind", RETRIES)
async def test_a_sender_that_retries_is_asked_to_come_back(bot: Bot, kind: str) -> None:
    one = PUSH[kind]
    bot.queue.away = True
    assert await bot.send(one) == (503, {"accepted": 0, "reason": "store unavailable"})
    bot.queue.away = False
    assert await bot.send(one) == (202, {"accepted": 1})


async def test_it_is_told_when(bot: Bot) -> None:
    bot.queue.away = True
    body = load("distribution.push").body
    async with bot.client.post(
        "/webhooks/distribution", json=body, headers={"Authorization": f"Bearer {SECRET}"}
    ) as response:
        assert (response.status, response.headers["Retry-After"]) == (503, "30")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in RETRIES])
async def test_a_sender_that_may_not_retry_loses_nothing(bot: Bot, kind: str) -> None:
    one, status = PUSH[kind], 202 if kind in GIVES_UP else 503
    bot.queue.away = True
    sent = [*one.expect["images"]]
    answered, answer = await bot.send(one)
    assert (answered, answer["accepted"]) == (status, 0)
    assert "store unavailable" in answer["reason"]
    bot.queue.away = False
    await asyncio.wait_for(bot.queue.stored.wait(), PATIENCE)
    assert bot.queue.images[:1] == sent[:1]


@pytest.mark.parametrize("kind", ["quay", "github"])
async def test_a_signature_that_comes_while_the_store_is_unavailable_is_not_lost(bot: Bot, kind: str) -> None:
    """Nobody can look up its image at that moment; so the push waits, and not a job."""
    digest = "sha256:" + "a" * 64
    registry, one = {"quay": ("quay.io", load("quay.push")), "github": ("ghcr.io", load("github.package"))}[kind]
    bot.queue.digests[f"{registry}/acme/shop", digest] = {"2.1.0"}
    text = json.dumps(one.body).replace("2.1.0", "sha256-" + "a" * 64 + ".sig")
    bot.queue.away = True
    await bot.deliver(kind, text.encode(), one.headers)
    bot.queue.away = False
    await asyncio.wait_for(bot.queue.stored.wait(), PATIENCE)
    assert [(job.image, job.origin) for job in bot.queue.calls] == [(f"{registry}/acme/shop:2.1.0", "recheck")]


async def test_memory_has_room_for_so_many_and_then_says_so() -> None:
    held = buffer.Buffer()

    async def store() -> None:
        """Nothing is stored here."""

    push = buffer.BufferedPush("quay.io/acme/shop:1", store)
    assert [held.hold(push) for _ in range(buffer.BUFFER_MAX + 1)].count(True) == buffer.BUFFER_MAX


def test_a_flood_is_put_off_and_never_refused() -> None:
    now = 0.0
    rate = RateLimit(60, 5.0, clock=lambda: now)
    waits = [rate.wait("quay") for _ in range(4000)]
    assert waits[:60] == [0.0] * 60
    assert waits[-1] == pytest.approx((4000 - 60) / 5)
    assert rate.wait("another") == 0.0
    now = 1000.0
    assert rate.wait("quay") == 0.0


def test_what_starts_no_work_does_not_count() -> None:
    rate = RateLimit(1, 1.0, clock=lambda: 0.0)
    for _ in range(5):
        assert rate.wait() == 0.0
        rate.give_back()


def test_who_does_not_wait_is_refused_and_nothing_is_taken() -> None:
    now = 0.0
    rate = RateLimit(2, 1.0, clock=lambda: now)
    assert [rate.take() for _ in range(4)] == [0.0, 0.0, None, None]
    now = 1.0
    assert rate.take() == 0.0


async def test_all_of_4000_pushes_are_taken(bot: Bot) -> None:
    """Seen: 890 of one source's were answered `too many deliveries`, and were gone."""
    body = load("quay.push").body
    for number in range(40):
        pushed = {**body, "updated_tags": [f"{number}.{minor}" for minor in range(100)]}
        assert await bot.deliver("quay", pushed) == (202, {"accepted": 100})
    assert len(bot.queue.images) == 4000
    delays = list(bot.queue.delays.values())
    assert delays[0] == 30.0
    assert delays[-1] > 300.0
    assert bot.digests.counts["quay", "queued"] == 40


async def test_a_sender_that_never_sends_again_hears_no_refusal_in_a_flood(bot: Bot) -> None:
    """Seen: Docker Hub and GitHub heard 503 beyond the rate."""
    body = load("dockerhub.push").body
    text = json.dumps(body)
    for number in range(500):
        assert await bot.deliver("dockerhub", text.replace("2.1.0", f"1.{number}").encode()) == (202, {"accepted": 1})
    assert len(bot.queue.images) == 500


async def test_pushes_of_one_tag_put_off_no_others(bot: Bot) -> None:
    body = load("quay.push").body
    for _ in range(200):
        await bot.deliver("quay", body)
    await bot.deliver("quay", {**body, "updated_tags": ["another"]})
    assert set(bot.queue.delays.values()) == {30.0}
