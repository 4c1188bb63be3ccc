"""What a delivery may have at most: bytes, time, tags and events."""

import asyncio
import gzip
import io

import pytest

from handlers.webhooks import RECEIVERS
from handlers.webhooks.delivery import WEBHOOK_BODY_MAX
from handlers.webhooks.proof import SecretInHeader
from tests.fake_google import FakeGoogle
from tests.waiting import PATIENCE
from tests.webhooks.conftest import SECRET, WRONG, Bot, each_kind, load, opened, proven


@each_kind
async def test_a_long_body_is_refused_before_it_is_parsed(bot: Bot, kind: str) -> None:
    most = RECEIVERS[kind].body_max
    path, proof = proven(kind, b"", SECRET)
    spaces = io.BytesIO(b" " * (most + 1))
    async with bot.client.post(f"/webhooks/{kind}{path}", data=spaces, headers=proof) as response:
        assert response.status == 413
    bomb = gzip.compress(bytes(16 * 1024 * 1024), 1)
    headers = {"Content-Encoding": "gzip", **proof}
    async with bot.client.post(f"/webhooks/{kind}{path}", data=bomb, headers=headers) as response:
        assert response.status == 413


async def test_of_a_stranger_no_long_body_is_read(bot: Bot) -> None:
    """Who proves to be zot may send 8 MiB; anybody else is refused before that has arrived."""
    reader, writer = await asyncio.open_connection("127.0.0.1", bot.client.port)
    head = f"POST /webhooks/zot HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {WRONG}\r\nContent-Length: 5000000\r\n"
    writer.write(f"{head}\r\n{{".encode())
    assert b"401" in await asyncio.wait_for(reader.readline(), PATIENCE)
    writer.close()
    await writer.wait_closed()


def test_only_who_proved_itself_without_a_body_may_send_a_longer_one() -> None:
    for receiver in RECEIVERS.values():
        assert receiver.body_max == WEBHOOK_BODY_MAX or isinstance(receiver.proof, SecretInHeader)


async def test_more_tags_or_events_than_a_delivery_may_carry_are_refused_and_counted(bot: Bot) -> None:
    _, answer = await bot.deliver("quay", {**load("quay.push").body, "updated_tags": [f"1.{n}" for n in range(130)]})
    assert (answer["accepted"], answer["reason"]) == (100, "more than WEBHOOK_TAGS_MAX = 100 tags (30)")
    (resource,) = load("harbor.push").body["event_data"]["resources"]
    body = load("harbor.push").body
    body["event_data"]["resources"] = [{**resource, "tag": f"1.{n}"} for n in range(130)]
    _, answer = await bot.deliver("harbor", body)
    assert (answer["accepted"], answer["reason"]) == (100, "more than WEBHOOK_EVENTS_MAX = 100 resources (30)")
    batch = [{**load("cloudevents.structured").body, "id": str(n)} for n in range(130)]
    _, answer = await bot.deliver("cloudevents", batch, {"Content-Type": "application/cloudevents-batch+json"})
    assert answer == {"accepted": 1, "reason": "more than WEBHOOK_EVENTS_MAX = 100 events (30), already queued (99)"}


@pytest.mark.parametrize("source", ["quay", "nobody"])
async def test_a_body_that_never_ends_is_given_up(google: FakeGoogle, source: str) -> None:
    async with opened(google, body_time=0.05) as bot:
        reader, writer = await asyncio.open_connection("127.0.0.1", bot.client.port)
        writer.write(f"POST /webhooks/{source}/x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{{".encode())
        assert b"408" in await reader.readline()
        writer.close()
        await writer.wait_closed()
