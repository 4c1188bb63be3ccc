"""What an attacker or a broken sender hears, and that nothing comes of it. For every kind of sender alike."""

import asyncio
import gzip
import hmac
import io
import json
from typing import Any

import pytest
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from bot.errors import SettingsError
from handlers.webhooks import RECEIVERS
from handlers.webhooks.delivery import WEBHOOK_BODY_MAX, Delivery
from handlers.webhooks.proof import SecretInHeader
from handlers.webhooks.sources import checked
from tests.webhooks.conftest import KINDS, PUSH, SECRET, WRONG, Bot, load, proven, source_of

IN_PATH = [kind for kind in KINDS if RECEIVERS[kind].in_path]
each_kind = pytest.mark.parametrize("kind", KINDS)


def ids_of(kind: str) -> list[str]:
    """The sender's own ids in its delivery; some have none."""
    one = PUSH[kind]
    delivery = Delivery(CIMultiDictProxy(CIMultiDict(one.headers)), json.dumps(one.body).encode())
    return [announced.id for announced in RECEIVERS[kind].parse(delivery).announced if announced.id]


GARBAGE = (
    b"",
    b"{",
    b"[]",
    b"null",
    b"7",
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b'{"events":' + b"9" * 5000 + b"}",
    b'{"action":NaN}',
    b'{"action":"\\ud800"}',
)


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


@each_kind
async def test_a_malformed_body_is_taken_with_a_reason(bot: Bot, kind: str) -> None:
    """A refusal would switch Quay's hook off, and stop the deliveries of distribution for ever."""
    for raw in GARBAGE:
        status, answer = await bot.deliver(kind, raw, PUSH[kind].headers)
        assert (status, answer["accepted"]) == (202, 0)
        assert answer["reason"].startswith("malformed: the body is no"), raw[:20]
    assert (bot.queue.calls, bot.digests.counts) == ([], {(kind, "malformed"): len(GARBAGE)})


@each_kind
async def test_any_value_in_any_place_is_no_crash(bot: Bot, kind: str) -> None:
    one = PUSH[kind]
    for value in (None, 7, "x", [], {}, [None], {"x": None}):
        for body in _with(one.body, value):
            status, _ = await bot.deliver(kind, body, one.headers)
            assert status in (200, 202)


def _with(body: Any, value: object) -> list[Any]:  # noqa: ANN401 - any JSON
    """The body as often as it has members, each time with the value in another one's place."""
    keys = body if isinstance(body, dict) else range(len(body)) if isinstance(body, list) else ()
    found = []
    for key in keys:
        for inner in (value, *_with(body[key], value)):
            changed = dict(body) if isinstance(body, dict) else list(body)
            changed[key] = inner
            found.append(changed)
    return found


@pytest.mark.parametrize(
    ("kind", "body", "key"),
    [
        ("quay", {"docker_url": "quay.io/acme/shop", "updated_tags": "2.1.0"}, "updated_tags"),
        ("dockerhub", {"push_data": {"tag": "2.1.0"}, "repository": {}}, "repository.repo_name"),
        ("github", {"action": "published", "package": {"name": "shop"}}, "owner"),
        ("distribution", {"events": None}, "events"),
        ("harbor", {"type": "PUSH_ARTIFACT"}, "HarborData"),
        ("zot", {}, "name"),
    ],
)
async def test_the_reason_names_what_does_not_fit(bot: Bot, kind: str, body: object, key: str) -> None:
    status, answer = await bot.deliver(kind, body, PUSH[kind].headers)
    assert status == 202
    assert key in answer["reason"]


async def test_of_equal_keys_each_of_our_readers_takes_the_last(bot: Bot) -> None:
    """Quay's secret in the body is read before the rest of it."""
    raw = f'{{"secret":"{WRONG}","docker_url":"quay.io/a","updated_tags":["1"],"repository":"acme/evil",'.encode()
    raw += f'"repository":"acme/shop","secret":"{SECRET}"}}'.encode()
    assert (await bot.post("/webhooks/quay", raw))[0] == 202
    assert bot.queue.images == ["quay.io/acme/shop:1"]
    assert (await bot.post("/webhooks/quay", raw.replace(b'"secret":', b'"Secret":', 1)))[0] == 202
    assert (await bot.post("/webhooks/quay", raw[:-1] + f',"secret":"{WRONG}"}}'.encode()))[0] == 404


@pytest.mark.parametrize("kind", ["github", "gitea"])
async def test_a_hook_that_sends_forms_is_told_what_to_change(bot: Bot, kind: str) -> None:
    headers = {**PUSH[kind].headers, "Content-Type": "application/x-www-form-urlencoded"}
    status, answer = await bot.deliver(kind, b"payload=%7B%7D", headers)
    assert (status, "application/json" in answer["reason"]) == (202, True)


@each_kind
async def test_any_other_content_type_is_read_as_json(bot: Bot, kind: str) -> None:
    one = PUSH[kind]
    for media_type in ("text/plain", "application/json; charset=utf-16", "multipart/form-data; boundary=x", "x"):
        bot.queue.waiting.clear()
        headers = {**one.headers, "Content-Type": media_type}
        assert (await bot.deliver(kind, one.body, headers))[0] == 202


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
    assert b"401" in await asyncio.wait_for(reader.readline(), 5)
    writer.close()
    await writer.wait_closed()


def test_only_who_proved_itself_without_a_body_may_send_a_longer_one() -> None:
    for receiver in RECEIVERS.values():
        assert receiver.body_max == WEBHOOK_BODY_MAX or isinstance(receiver.proof, SecretInHeader)


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


async def test_a_body_that_never_ends_is_given_up(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.webhooks.door.BODY_TIME", 0.05)
    port = bot.client.port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /webhooks/quay/x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{")
    assert b"408" in await reader.readline()
    writer.close()
    await writer.wait_closed()


@each_kind
def test_a_source_without_what_its_proof_needs_stops_the_start(kind: str) -> None:
    for key in RECEIVERS[kind].needs:
        empty = {} if key == "repositories" else ""
        with pytest.raises(SettingsError, match=f"{key} of '{kind}' has 0 characters|'{kind}' needs {key}"):
            checked([source_of(kind, **{key: empty})], RECEIVERS)


@each_kind
def test_a_source_with_a_key_that_its_kind_does_not_use_stops_the_start(kind: str) -> None:
    keys = {"secret": SECRET, "account": "a@b.example", "audience": "x", "repositories": {"a": "quay.io"}}
    for key in keys.keys() - RECEIVERS[kind].needs:
        with pytest.raises(SettingsError, match="which its kind does not use"):
            checked([source_of(kind, **{key: keys[key]})], RECEIVERS)


@pytest.mark.parametrize(
    ("kind", "changes", "said"),
    [
        ("quay", {"secret": "short"}, "at least 32"),
        ("quay", {"secret": "/" * 40}, "only letters"),
        ("aliyun", {"secret": "/" * 40}, "only letters"),
        ("quay", {"hosts": []}, "needs hosts"),
        ("quay", {"hosts": ["https://quay.io"]}, "not a registry"),
        ("quay", {"hosts": ["hub"]}, "not a registry"),
        ("quay", {"kind": "carrier-pigeon"}, "none of acr, aliyun, .*, zot"),
        ("artifactory", {"repositories": {"docker-local": "evil.example/docker-local"}}, "is not one of its hosts"),
        ("artifactory", {"repositories": {"docker-local": "acme.jfrog.io/Docker"}}, "is not one of its hosts"),
        ("nexus", {"repositories": {"docker-hosted": "docker-hosted"}}, "is not one of its hosts"),
    ],
)
def test_a_source_that_could_be_forged_or_never_be_heard_stops_the_start(
    kind: str, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(SettingsError, match=said):
        checked([source_of(kind, **changes)], RECEIVERS)


def test_two_sources_of_one_id_stop_the_start() -> None:
    with pytest.raises(SettingsError, match="two sources"):
        checked([source_of("quay"), source_of("quay")], RECEIVERS)
