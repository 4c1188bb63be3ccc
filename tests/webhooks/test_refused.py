"""What an attacker or a broken sender hears, and that nothing comes of it."""

import asyncio
import gzip
import hmac
import io
import json

import pytest
from multidict import CIMultiDict

from bot.errors import SettingsError
from bot.settings import WebhookSource
from handlers.webhooks import RECEIVERS
from handlers.webhooks.sources import checked
from tests.webhooks.conftest import SECRET, Bot, miniature

KINDS = ("quay", "dockerhub", "github", "distribution")
PUSH = {
    "quay": "quay.push",
    "dockerhub": "dockerhub.push",
    "github": "github.package",
    "distribution": "distribution.push",
}


@pytest.mark.parametrize(
    ("kind", "status"), [("quay", 404), ("dockerhub", 404), ("github", 401), ("distribution", 401)]
)
async def test_a_forged_delivery_is_refused_and_nothing_is_queued(bot: Bot, kind: str, status: int) -> None:
    headers, body = miniature(PUSH[kind])
    assert (await bot.deliver(kind, body, headers, secret="w" * 43))[0] == status
    assert bot.queue.calls == []


async def test_an_unknown_source_and_a_wrong_secret_cannot_be_told_apart(bot: Bot) -> None:
    wrong = await bot.post("/webhooks/quay/" + "w" * 43, b"{}")
    unknown = await bot.post("/webhooks/nobody/" + SECRET, b"{}")
    none = await bot.post("/webhooks/nobody", b"{}")
    extra = await bot.post("/webhooks/github/" + SECRET, b"{}")
    assert wrong == unknown == none == extra == (404, {"error": "no such hook"})


@pytest.mark.parametrize("kind", KINDS)
async def test_nobody_unproven_reaches_a_parser(bot: Bot, kind: str) -> None:
    status, answer = await bot.deliver(kind, b"{", secret="w" * 43)
    assert status in (401, 404)
    assert "JSON" not in answer["error"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"events":' + b"9" * 5000 + b"}",
        b'{"action":NaN}',
    ],
)
async def test_a_malformed_body_is_refused_with_a_reason(bot: Bot, kind: str, raw: bytes) -> None:
    status, answer = await bot.deliver(kind, raw, {"X-GitHub-Event": "package"})
    assert status == 400
    assert answer["error"].startswith("the body is no")
    assert bot.queue.calls == []


@pytest.mark.parametrize(
    ("kind", "body", "key"),
    [
        (
            "quay",
            {"repository": "acme/shop", "docker_url": "quay.io/acme/shop", "updated_tags": "2.1.0"},
            "updated_tags",
        ),
        ("dockerhub", {"push_data": {"tag": "2.1.0"}, "repository": {}}, "repository.repo_name"),
        ("github", {"action": "published", "package": {"name": "shop"}}, "owner"),
        ("distribution", {"events": None}, "events"),
    ],
)
async def test_the_reason_names_the_key_that_does_not_fit(bot: Bot, kind: str, body: object, key: str) -> None:
    status, answer = await bot.deliver(kind, body, {"X-GitHub-Event": "package"})
    assert status == 400
    assert key in answer["error"]


async def test_a_hook_of_github_that_sends_forms_is_told_what_to_change(bot: Bot) -> None:
    headers = {"X-GitHub-Event": "package", "Content-Type": "application/x-www-form-urlencoded"}
    status, answer = await bot.deliver("github", b"payload=%7B%7D", headers)
    assert (status, "application/json" in answer["error"]) == (400, True)


async def test_github_signatures_hold_only_as_github_writes_them(bot: Bot) -> None:
    raw = json.dumps(miniature("github.package")[1]).encode()
    good = hmac.new(SECRET.encode(), raw, "sha256").hexdigest()
    old = "sha1=" + hmac.new(SECRET.encode(), raw, "sha1").hexdigest()
    for value in ("", good, f"sha256={good.upper()}", f"sha256={good} ", old, "sha256=", "sha256=é"):
        headers = {"X-GitHub-Event": "package", "X-Hub-Signature-256": value.strip() or "-"}
        expected = 202 if value.strip() == f"sha256={good}" else 401
        assert (await bot.post("/webhooks/github", raw, headers))[0] == expected
    two = CIMultiDict([("X-GitHub-Event", "package")] + [("X-Hub-Signature-256", f"sha256={good}")] * 2)
    async with bot.client.post("/webhooks/github", data=raw, headers=two) as response:
        assert response.status == 401


async def test_a_known_delivery_id_does_not_carry_a_changed_body(bot: Bot) -> None:
    headers, body = miniature("github.package")
    raw = json.dumps(body).encode()
    signed = {**headers, "X-Hub-Signature-256": "sha256=" + hmac.new(SECRET.encode(), raw, "sha256").hexdigest()}
    assert (await bot.post("/webhooks/github", raw, signed))[0] == 202
    assert (await bot.post("/webhooks/github", raw.replace(b"2.1.0", b"6.6.6"), signed))[0] == 401
    assert bot.queue.images == ["ghcr.io/acme/shop:2.1.0"]


async def test_the_same_delivery_a_hundred_times_is_one_job(bot: Bot) -> None:
    headers, body = miniature("github.package")
    for _ in range(100):
        assert (await bot.deliver("github", body, headers))[0] == 202
    bot.queue.waiting.clear()  # checked; a redelivery after that is known by its id
    status, answer = await bot.deliver("github", body, headers)
    assert (status, answer) == (202, {"accepted": 0, "reason": "already queued"})


async def test_a_long_body_is_refused_before_it_is_parsed(bot: Bot) -> None:
    async with bot.client.post(f"/webhooks/quay/{SECRET}", data=io.BytesIO(b" " * (1024 * 1024 + 1))) as response:
        assert response.status == 413
    bomb = gzip.compress(b" " * (64 * 1024 * 1024))
    headers = {"Content-Encoding": "gzip"}
    async with bot.client.post(f"/webhooks/quay/{SECRET}", data=bomb, headers=headers) as response:
        assert response.status == 413


async def test_only_post_is_served(bot: Bot) -> None:
    for method in ("GET", "PUT", "DELETE"):
        async with bot.client.request(method, f"/webhooks/quay/{SECRET}") as response:
            assert response.status == 405


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"docker_url": "169.254.169.254/latest/meta-data"}, "not a registry of this source"),
        ({"docker_url": "ghcr.io/acme/shop"}, "not a registry of this source"),
        ({"repository": "../../etc"}, "not an image name"),
        ({"repository": "acme/shop\n"}, "not an image name"),
        ({"repository": "a/" * 200 + "b"}, "not an image name"),
        ({"repository": "other/shop"}, "not watched"),
        ({"repository": "acme/shop/deeper"}, "not watched"),
        ({"updated_tags": ["2.1.0\n"]}, "not an image name"),
        ({"updated_tags": ["a" * 129]}, "not an image name"),
        ({"updated_tags": [None]}, "no tag"),
        ({"updated_tags": ["artifacthub.io"]}, "not a release"),
    ],
)
async def test_what_is_outside_of_grammar_hosts_and_watches_is_dropped(
    bot: Bot, body: dict[str, object], reason: str
) -> None:
    _, good = miniature("quay.push")
    status, answer = await bot.deliver("quay", {**good, **body})
    assert (status, answer) == (202, {"accepted": 0, "reason": reason})
    assert bot.queue.calls == []


async def test_more_tags_than_a_delivery_may_carry_are_refused_and_counted(bot: Bot) -> None:
    _, good = miniature("quay.push")
    _, answer = await bot.deliver("quay", {**good, "updated_tags": [f"1.{n}" for n in range(130)]})
    assert (answer["accepted"], answer["reason"]) == (100, "more than WEBHOOK_TAGS_MAX = 100 tags (30)")


async def test_a_body_that_never_ends_is_given_up(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.webhooks.door.BODY_TIME", 0.05)
    port = bot.client.port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /webhooks/quay/x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{")
    assert b"408" in await reader.readline()
    writer.close()
    await writer.wait_closed()


def source(**changes: object) -> WebhookSource:
    return WebhookSource.model_validate({"id": "q", "kind": "quay", "secret": SECRET, "hosts": ["quay.io"], **changes})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"secret": ""}, "'q' has 0 characters, at least 32"),
        ({"secret": "short"}, "at least 32"),
        ({"secret": "/" * 40}, "only letters"),
        ({"hosts": []}, "needs hosts"),
        ({"hosts": ["https://quay.io"]}, "not a registry"),
        ({"hosts": ["hub"]}, "not a registry"),
        ({"kind": "github", "secret": ""}, "at least 32"),
        ({"kind": "carrier-pigeon"}, "none of distribution, dockerhub, github, quay"),
    ],
)
def test_a_source_that_anybody_could_forge_stops_the_start(changes: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        checked([source(**changes)], RECEIVERS)


def test_two_sources_of_one_id_stop_the_start() -> None:
    with pytest.raises(SettingsError, match="two sources"):
        checked([source(), source()], RECEIVERS)
