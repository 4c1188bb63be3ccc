"""What an attacker or a broken sender hears, and that nothing comes of it. For every kind of sender alike."""

import hmac
import json

import pytest
from multidict import CIMultiDict
from yarl import URL

from handlers.webhooks import RECEIVERS
from tests.webhooks.conftest import GARBAGE, KINDS, PUSH, SECRET, WRONG, Bot, each_kind, load, proven

IN_PATH = [kind for kind in KINDS if RECEIVERS[kind].in_path]


@each_kind
async def test_a_forged_delivery_is_refused_and_nothing_is_queued(bot: Bot, kind: str) -> None:
    assert (await bot.send(PUSH[kind], secret=WRONG))[0] == (404 if kind in IN_PATH else 401)
    assert (bot.queue.calls, bot.digests.counts) == ([], {})


@each_kind
async def test_a_delivery_without_any_proof_is_refused(bot: Bot, kind: str) -> None:
    one = PUSH[kind]
    status, _ = await bot.post(f"/webhooks/{kind}", json.dumps(one.body).encode(), one.headers)
    assert (status, bot.queue.calls) == (404 if kind in IN_PATH else 401, [])


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in IN_PATH])
async def test_a_proof_that_is_given_twice_is_none(bot: Bot, kind: str) -> None:
    one = PUSH[kind]
    raw = json.dumps(one.body).encode()
    _, proof = proven(kind, raw, SECRET)
    headers = CIMultiDict([*one.headers.items(), *proof.items(), *proof.items()])
    async with bot.client.post(f"/webhooks/{kind}", data=raw, headers=headers) as response:
        assert response.status == 401


@each_kind
async def test_a_body_that_was_changed_is_refused_where_the_sender_signs_it(bot: Bot, kind: str) -> None:
    one = PUSH[kind]
    raw = json.dumps(one.body).encode()
    path, proof = proven(kind, raw, SECRET)
    status, _ = await bot.post(f"/webhooks/{kind}{path}", raw.replace(b"2.1.0", b"6.6.6"), {**one.headers, **proof})
    signs = any("ignature" in name or "Event-Auth" in name for name in proof)
    assert status == (401 if signs else 202)


async def test_an_unknown_source_and_a_wrong_secret_cannot_be_told_apart(bot: Bot) -> None:
    unknown = await bot.post("/webhooks/nobody/" + SECRET, b"{}")
    assert unknown == (404, {"error": "no such hook"})
    assert await bot.post("/webhooks/nobody", b"{}") == unknown
    for kind in KINDS:
        assert await bot.post(f"/webhooks/{kind}/{WRONG}", b"{}") == unknown
        if kind not in IN_PATH:
            assert await bot.post(f"/webhooks/{kind}/{SECRET}", b"{}") == unknown


@pytest.mark.parametrize("given", ["%FF", "%ED%A0%80", "%00", "%2F" * 20, "%F0%9F%98%80" * 10, "a" * 5000])
async def test_a_path_of_any_characters_is_a_wrong_secret(bot: Bot, given: str) -> None:
    for name in (*IN_PATH, "nobody"):
        async with bot.client.post(URL(f"/webhooks/{name}/{given}", encoded=True), data=b"{}") as response:
            assert response.status == 404


@pytest.mark.parametrize("size", [0, 60_000, 600_000])
async def test_an_unknown_source_is_compared_as_a_known_one(bot: Bot, size: int) -> None:
    body = b'{"secret":"' + b"x" * size + b'"}'
    unknown = await bot.post("/webhooks/nobody", body)
    for kind in IN_PATH:
        assert await bot.post(f"/webhooks/{kind}", body) == unknown


@each_kind
async def test_nobody_unproven_reaches_a_parser(bot: Bot, kind: str) -> None:
    for raw in GARBAGE:
        status, answer = await bot.deliver(kind, raw, PUSH[kind].headers, secret=WRONG)
        assert status in (401, 404)
        assert "JSON" not in answer["error"]


async def test_github_signatures_hold_only_as_github_writes_them(bot: Bot) -> None:
    raw = json.dumps(load("github.package").body).encode()
    good = hmac.new(SECRET.encode(), raw, "sha256").hexdigest()
    old = "sha1=" + hmac.new(SECRET.encode(), raw, "sha1").hexdigest()
    for value in ("", good, f"sha256={good.upper()}", f"sha256={good} ", old, "sha256=", "sha256=é"):
        headers = {"X-GitHub-Event": "package", "X-Hub-Signature-256": value.strip() or "-"}
        expected = 202 if value.strip() == f"sha256={good}" else 401
        assert (await bot.post("/webhooks/github", raw, headers))[0] == expected


async def test_nexus_and_gitea_take_no_signature_of_another_kind(bot: Bot) -> None:
    for kind, algorithm in (("nexus", "sha256"), ("gitea", "sha1"), ("artifactory", "sha1")):
        one = PUSH[kind]
        raw = json.dumps(one.body).encode()
        _, proof = proven(kind, raw, SECRET)
        other = dict.fromkeys(proof, hmac.new(SECRET.encode(), raw, algorithm).hexdigest())
        assert (await bot.post(f"/webhooks/{kind}", raw, {**one.headers, **other}))[0] == 401


async def test_each_proof_of_several_is_good(bot: Bot) -> None:
    for kind, name, prefix in (
        ("gitea", "X-Gitea-Signature", ""),
        ("gitea", "X-Forgejo-Signature", ""),
        ("gitea", "X-Hub-Signature-256", "sha256="),
        ("cloudevents", "X-Hub-Signature-256", "sha256="),
        ("cdevents", "X-Hub-Signature-256", "sha256="),
        ("artifactory", "X-JFrog-Event-Auth", ""),
    ):
        one = PUSH[kind]
        raw = json.dumps(one.body).encode()
        signature = prefix + hmac.new(SECRET.encode(), raw, "sha256").hexdigest()
        assert (await bot.post(f"/webhooks/{kind}", raw, {**one.headers, name: signature}))[0] == 202
    one = PUSH["artifactory"]
    headers = {**one.headers, "X-JFrog-Event-Auth": SECRET}
    assert (await bot.post("/webhooks/artifactory", json.dumps(one.body).encode(), headers))[0] == 202


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
        ({"repository": "other/shop/deeper"}, "not watched"),
        ({"updated_tags": ["2.1.0\n"]}, "not an image name"),
        ({"updated_tags": ["a" * 129]}, "not an image name"),
        ({"updated_tags": [None]}, "no tag"),
        ({"updated_tags": ["artifacthub.io"]}, "not a release"),
    ],
)
async def test_what_is_outside_of_grammar_hosts_and_watches_is_dropped(
    bot: Bot, body: dict[str, object], reason: str
) -> None:
    good = load("quay.push").body
    status, answer = await bot.deliver("quay", {**good, **body})
    assert (status, answer) == (202, {"accepted": 0, "reason": reason})
    assert bot.queue.calls == []
