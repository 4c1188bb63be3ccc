"""Bodies that do not parse, or not as they say: what the sender hears, for every kind alike."""

from typing import Any

import pytest

from tests.webhooks.conftest import GARBAGE, PUSH, SECRET, WRONG, Bot, each_kind


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


def _with(body: Any, value: object) -> list[Any]:  # noqa: ANN401 - JSON
    """The body as often as it has members, each time with the value in another one's place."""
    keys = body if isinstance(body, dict) else range(len(body)) if isinstance(body, list) else ()
    found = []
    for key in keys:
        for inner in (value, *_with(body[key], value)):
            changed = dict(body) if isinstance(body, dict) else list(body)
            changed[key] = inner
            found.append(changed)
    return found
