"""The same delivery again, by its sender or by somebody who has seen it."""

import json

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from handlers.webhooks import RECEIVERS
from handlers.webhooks.delivery import Delivery
from tests.webhooks.conftest import KINDS, PUSH, SECRET, Bot, each_kind, load, proven


def ids_of(kind: str) -> list[str]:
    """The sender's own ids in its delivery; some have none."""
    one = PUSH[kind]
    delivery = Delivery(CIMultiDictProxy(CIMultiDict(one.headers)), json.dumps(one.body).encode())
    return [announced.id for announced in RECEIVERS[kind].parse(delivery).announced if announced.id]


async def test_a_known_delivery_id_does_not_carry_a_changed_body(bot: Bot) -> None:
    one = load("github.package")
    raw = json.dumps(one.body).encode()
    _, proof = proven("github", raw, SECRET)
    signed = {**one.headers, **proof}
    assert (await bot.post("/webhooks/github", raw, signed))[0] == 202
    assert (await bot.post("/webhooks/github", raw.replace(b"2.1.0", b"6.6.6"), signed))[0] == 401
    assert bot.queue.images == ["ghcr.io/acme/shop:2.1.0"]


def test_who_gives_its_deliveries_an_id() -> None:
    without = {"aliyun", "artifactory", "dockerhub", "quay"}
    assert not any(ids_of(kind) for kind in without)
    assert all(
        ids_of(kind) for kind in ("acr", "cdevents", "distribution", "ecr", "gitea", "github", "harbor", "nexus", "zot")
    )


@each_kind
async def test_the_same_delivery_a_hundred_times_is_one_job(bot: Bot, kind: str) -> None:
    one = PUSH[kind]
    for _ in range(100):
        assert (await bot.send(one))[0] == 202
    assert bot.queue.images == one.expect["images"]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if ids_of(kind)])
async def test_a_delivery_that_is_replayed_after_the_check_is_known_by_its_id(bot: Bot, kind: str) -> None:
    """Docker Hub, Quay, Alibaba, Harbor's own format and Artifactory give their deliveries no id."""
    one = PUSH[kind]
    await bot.send(one)
    bot.queue.waiting.clear()
    status, answer = await bot.send(one)
    assert (status, answer["accepted"]) == (202, 0)
    assert "already queued" in answer["reason"]


async def test_a_sender_that_gives_each_event_one_id_loses_no_push(bot: Bot) -> None:
    one = load("cloudevents.structured")
    await bot.send(one)
    bot.queue.waiting.clear()
    moved = json.dumps(one.body).replace("b" * 64, "d" * 64)
    assert await bot.deliver(one.kind, moved.encode(), one.headers) == (202, {"accepted": 1})


async def test_two_sources_may_give_the_same_id(bot: Bot) -> None:
    one = load("cloudevents.second-host")
    await bot.send(one)
    bot.queue.waiting.clear()
    assert await bot.deliver(one.kind, {**one.body, "source": "/ci/another"}, one.headers) == (202, {"accepted": 1})
