"""Bodies that do not parse, or not as they say: what the sender hears, for every kind alike."""

import json
from typing import Any, Final

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from handlers.webhooks import RECEIVERS
from handlers.webhooks.delivery import Delivery
from tests.webhooks.conftest import GARBAGE, PUSH, SECRET, WRONG, Bot, Miniature, each_kind

HINTS: Final = frozenset({"digest", "id", "sha256", "messageId", "image-digest", "imageDigest", "manifest"})


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


@each_kind
def test_a_digest_or_an_id_that_is_not_one_loses_no_push(kind: str) -> None:
    """Both only help: the registry says what the digest is, and a push is known by its tag, too."""
    one = PUSH[kind]
    said = _tags(one, one.body)
    values: tuple[object, ...] = (None, 7, [], {}, "x")
    for value in values:
        for body in _with(one.body, value, only=HINTS):
            assert _tags(one, body) == said, (body, value)


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


@each_kind
async def test_any_other_content_type_is_read_as_json(bot: Bot, kind: str) -> None:
    one = PUSH[kind]
    for media_type in ("text/plain", "application/json; charset=utf-16", "multipart/form-data; boundary=x", "x"):
        bot.queue.waiting.clear()
        headers = {**one.headers, "Content-Type": media_type}
        assert (await bot.deliver(kind, one.body, headers))[0] == 202


def _tags(one: Miniature, body: Any) -> list[str]:  # noqa: ANN401 - JSON
    delivery = Delivery(CIMultiDictProxy(CIMultiDict(one.headers)), json.dumps(body).encode())
    return [announced.tag for announced in RECEIVERS[one.kind].parse(delivery).announced]


def _with(body: Any, value: object, only: frozenset[str] = frozenset()) -> list[Any]:  # noqa: ANN401 - JSON
    """The body as often as it has members, each time with the value in another one's place. `only`: of these names."""
    keys = body if isinstance(body, dict) else range(len(body)) if isinstance(body, list) else ()
    found = []
    for key in keys:
        is_replaced = not only or (key in only and not str(body[key]).startswith("pkg:"))
        for inner in (*([value] if is_replaced else []), *_with(body[key], value, only)):
            changed = dict(body) if isinstance(body, dict) else list(body)
            changed[key] = inner
            found.append(changed)
    return found
