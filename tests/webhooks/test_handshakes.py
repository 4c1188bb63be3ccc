"""Senders that ask whether they may send, before they send the first push."""

import json

import pytest

from tests.webhooks.conftest import PUSH, SECRET, WRONG, Bot, each_kind, proven

ASKS_FIRST = {"acr", "cdevents", "cloudevents"}
ORIGIN = "eventgrid.azure.net"
CODE = "512d38b6-c7b8-40c8-89fe-f46f9e9622b6"


async def asked(bot: Bot, path: str, origin: str = ORIGIN) -> tuple[int, str]:
    async with bot.client.options(path, headers={"WebHook-Request-Origin": origin}) as response:
        return response.status, response.headers.get("WebHook-Allowed-Origin", "")


@each_kind
async def test_who_sends_cloud_events_asks_with_options(bot: Bot, kind: str) -> None:
    expected = (200, ORIGIN) if kind in ASKS_FIRST else (405, "")
    assert await asked(bot, f"/webhooks/{kind}") == expected
    assert bot.queue.calls == []


@pytest.mark.parametrize("path", ["/webhooks/unknown", f"/webhooks/quay/{SECRET}", f"/webhooks/quay/{WRONG}"])
async def test_nobody_else_is_told_anything(bot: Bot, path: str) -> None:
    assert await asked(bot, path) == (405, "")


@pytest.mark.parametrize("origin", ["", "a b", "a,b", "<script>", "x" * 256])
async def test_what_is_not_a_host_is_not_said_back(bot: Bot, origin: str) -> None:
    assert await asked(bot, "/webhooks/acr", origin) == (405, "")


def validation(code: object = CODE) -> bytes:
    data = {"validationCode": code, "validationUrl": "http://169.254.169.254/"}
    event = {"id": "1", "eventType": "Microsoft.EventGrid.SubscriptionValidationEvent", "subject": "", "data": data}
    return json.dumps([event]).encode()


async def test_event_grid_hears_its_code(bot: Bot) -> None:
    status, answer = await bot.deliver("acr", validation(), PUSH["acr"].headers)
    assert (status, answer["validationResponse"]) == (200, CODE)


async def test_a_stranger_hears_no_code(bot: Bot) -> None:
    headers = {**PUSH["acr"].headers, **proven("acr", b"", WRONG)[1]}
    status, answer = await bot.post("/webhooks/acr", validation(), headers)
    assert (status, "validationResponse" in answer) == (401, False)


@pytest.mark.parametrize("code", [None, 7, {}, "x" * 201])
async def test_what_is_not_a_code_is_malformed(bot: Bot, code: object) -> None:
    status, answer = await bot.deliver("acr", validation(code), PUSH["acr"].headers)
    assert (status, str(answer["reason"]).startswith("malformed")) == (202, True)
