"""Hooks that send forms: GitHub signs the whole form, Gitea and Forgejo sign the JSON in it."""

import json
from urllib.parse import urlencode

import pytest

from handlers.webhooks.proof import TEMPLATE_MAX
from tests.webhooks.conftest import PUSH, SECRET, Bot, proven

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def form(kind: str, **more: str) -> tuple[bytes, bytes]:
    """A push of that kind as a form, and the JSON in it."""
    content = json.dumps({**PUSH[kind].body, "sender": "a + b & c = é %41"}, ensure_ascii=False)
    return urlencode({"payload": content, **more}).encode(), content.encode()


async def send(bot: Bot, kind: str, body: bytes, signed: bytes) -> tuple[int, dict[str, object]]:
    return await bot.post(f"/webhooks/{kind}", body, {**PUSH[kind].headers, **FORM, **proven(kind, signed, SECRET)[1]})


async def test_github_signs_the_form(bot: Bot) -> None:
    body, content = form("github")
    assert (await send(bot, "github", body, content))[0] == 401
    assert await send(bot, "github", body, body) == (202, {"accepted": 1})
    assert bot.queue.images == ["ghcr.io/acme/shop:2.1.0"]


async def test_gitea_signs_what_is_in_the_form(bot: Bot) -> None:
    body, content = form("gitea")
    assert (await send(bot, "gitea", body, body))[0] == 401
    assert await send(bot, "gitea", body, content) == (202, {"accepted": 1})
    assert bot.queue.images == ["git.example.com/acme/shop:2.1.0"]


@pytest.mark.parametrize("change", [b"%20", b"&payload=%7B%7D", b"+"])
async def test_what_is_read_of_a_form_is_what_was_signed(bot: Bot, change: bytes) -> None:
    """Whatever stands behind the payload is read by nobody."""
    body, content = form("gitea")
    status, answer = await send(bot, "gitea", body + change, content)
    assert (status, bot.queue.images) in ((401, []), (202, ["git.example.com/acme/shop:2.1.0"])), answer
    assert (status == 202) == change.startswith(b"&")


async def test_a_form_of_a_stranger_is_not_taken_apart_when_it_is_long(bot: Bot) -> None:
    body, content = form("gitea")
    long = body + b"&more=" + b"x" * TEMPLATE_MAX
    assert (await send(bot, "gitea", long, content))[0] == 401
    assert (await send(bot, "gitea", long, long))[0] == 202


@pytest.mark.parametrize("raw", [b"payload=", b"payload=%", b"payload=%ff%fe", b"payload=%7B", b"payload=null"])
async def test_a_form_without_a_push_is_malformed(bot: Bot, raw: bytes) -> None:
    status, answer = await send(bot, "github", raw, raw)
    assert (status, answer["accepted"]) == (202, 0)
    assert str(answer["reason"]).startswith("malformed: the body is no")


async def test_json_under_the_type_of_a_form_is_json(bot: Bot) -> None:
    """`curl -d` names that type."""
    raw = json.dumps(PUSH["cloudevents"].body).encode()
    headers = {**PUSH["cloudevents"].headers, **FORM, **proven("cloudevents", raw, SECRET)[1]}
    assert (await bot.post("/webhooks/cloudevents", raw, headers))[0] == 202
