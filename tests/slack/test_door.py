"""The door: Slack comes in, nobody else does, and nothing that is thrown at it breaks it."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.errors import ForgedError, MalformedDeliveryError, SettingsError
from bot.settings import Settings
from bot.store import Store
from handlers import slack as slack_door
from handlers.slack import mount
from handlers.slack_request import readable, verify
from tests.fake_queue import FakeQueue
from tests.fake_slack import FakeSlack, Sender
from tests.fake_slack.garbage import garbage
from tests.slack.door import door
from tests.slack.parts import IMAGE


@pytest.fixture
def queue() -> FakeQueue:
    return FakeQueue()


@pytest.fixture
async def sender(slack: FakeSlack, queue: FakeQueue, store: Store) -> AsyncIterator[Sender]:
    async with door(slack, queue, store) as sender:
        yield sender


async def test_a_signed_command_is_taken(sender: Sender, queue: FakeQueue) -> None:
    answered = await sender.command(f"check {IMAGE}")
    assert (answered.status, answered.text) == (200, f"Checking `{IMAGE}`…")
    assert json.loads(answered.body)["response_type"] == "ephemeral"
    assert queue.images == [IMAGE]


async def test_garbage_is_refused_and_never_an_error_of_ours(sender: Sender, queue: FakeQueue) -> None:
    for name, request in garbage(sender).items():
        answered = await sender.send(request)
        assert answered.status == (400 if name.startswith("signed") else 401), name
        assert "Traceback" not in answered.body
    assert not queue.calls


async def test_a_bad_signature_is_told_nothing_and_logs_nothing_of_the_body(
    sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    with capture_logs() as logs:
        answered = await sender.send(sender.signed(b"text=private-words", secret="0" * 32))
    assert (answered.status, answered.body) == (401, "")
    assert "private-words" not in str(logs) + caplog.text


async def test_a_repeated_request_is_answered_and_does_nothing(sender: Sender, queue: FakeQueue) -> None:
    request = sender.command_request(f"check {IMAGE}")
    assert (await sender.send(request)).text == f"Checking `{IMAGE}`…"
    again = await sender.send(request)
    assert (again.status, again.body) == (200, "")
    assert len(queue.calls) == 1


async def test_a_long_text_is_refused_politely_and_a_huge_body_at_the_door(sender: Sender, queue: FakeQueue) -> None:
    answered = await sender.command("check " + "x" * 900_000)
    assert answered.status == 200
    assert "too long" in answered.text
    assert (await sender.command("check " + "x" * 5_000_000)).status == 413
    assert not queue.calls


async def test_a_body_that_is_not_encoded_as_it_says_is_refused(sender: Sender) -> None:
    request = sender.signed(b"no gzip")
    request.headers["Content-Encoding"] = "gzip"
    assert (await sender.send(request)).status == 400


async def test_charset_and_kind_of_body_are_not_believed(sender: Sender) -> None:
    form = sender.command_request("help").body
    for kind in ("application/x-www-form-urlencoded; charset=bogus", "application/json", "text/plain", ""):
        answered = await sender.send(sender.signed(form, content_type=kind))
        assert answered.status < 500, kind


async def test_every_button_we_do_not_know_is_acknowledged(sender: Sender) -> None:
    payload = {"type": "block_actions", "actions": [{"action_id": "link.rule", "block_id": "b"}], "team": {"id": "T"}}
    answered = await sender.send(sender.signed(urlencode({"payload": json.dumps(payload)}).encode()))
    assert answered.status == 200


async def test_another_command_is_answered(sender: Sender) -> None:
    body = sender.command_request("help").body.replace(b"%2Fprovenance", b"%2Fother")
    answered = await sender.send(sender.signed(body))
    assert (answered.status, answered.text) == (200, "The command is `/provenance`.")


async def test_a_store_that_is_away_is_said_at_once(sender: Sender, queue: FakeQueue) -> None:
    queue.away = True
    answered = await sender.command(f"check {IMAGE}")
    assert (answered.status, answered.text) == (200, "The check could not be queued. Please try again in a minute.")


async def test_an_error_of_ours_is_a_reference_and_not_its_text(
    slack: FakeSlack, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(FakeQueue):
        async def enqueue(self, *_: object, **__: object) -> bool:
            raise LookupError("secret detail")

    async with door(slack, Broken(), store) as sender:
        answered = await sender.command(f"check {IMAGE}")
    assert answered.status == 200
    assert answered.text.startswith("An internal error occurred. Reference `")
    assert "secret detail" not in answered.body
    del monkeypatch


async def test_commands_are_answered_while_slack_itself_hangs(slack: FakeSlack, store: Store) -> None:
    """Nothing in the way of an answer asks Slack: not even who we are."""
    async with door(slack, FakeQueue(), store) as sender:
        await sender.command(f"check {IMAGE}")
        await sender.command("help")
    assert not slack.calls


async def test_commands_are_answered_while_the_store_hangs(
    sender: Sender, queue: FakeQueue, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_answer(*_: object, **__: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(store.redis, "execute_command", no_answer)
    monkeypatch.setattr(slack_door, "REPLAY_TIME", 0.05)
    with capture_logs() as logs:
        assert (await sender.command(f"check {IMAGE}")).text == f"Checking `{IMAGE}`…"
    assert any("without a replay check" in entry["event"] for entry in logs)
    assert queue.images == [IMAGE]


async def test_what_the_environment_says_of_slack_is_not_read(
    slack: FakeSlack, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"):
        monkeypatch.setenv(name, "of-somebody-else")
    async with door(slack, FakeQueue(), store) as sender:
        assert (await sender.command("help")).status == 200
        forged = sender.signed(sender.command_request("help").body, secret="of-somebody-else")
        assert (await sender.send(forged)).status == 401


@pytest.mark.parametrize(
    ("token", "secret"),
    [("xoxb-1", None), ("xoxb-1", ""), ("xoxb-1", "  "), (None, "s")],
)
def test_it_does_not_start_with_half_of_the_settings(token: str | None, secret: str | None, store: Store) -> None:
    half = Settings(
        slack_bot_token=None if token is None else SecretStr(token),
        slack_signing_secret=None if secret is None else SecretStr(secret),
    )
    with pytest.raises(SettingsError, match="SLACK_BOT_TOKEN" if token is None else "SLACK_SIGNING_SECRET"):
        mount(web.Application(), half, FakeQueue(), store)


def test_without_settings_there_are_pages_only_and_the_log_says_so(store: Store) -> None:
    app = web.Application()
    with capture_logs() as logs:
        assert not mount(app, Settings(slack_bot_token=None, slack_signing_secret=None), FakeQueue(), store)
    assert not list(app.router.routes())
    assert "pages only" in logs[0]["event"]


@given(st.binary(max_size=200), st.sampled_from(["application/json", "application/x-www-form-urlencoded", "x/y"]))
def test_any_bytes_are_readable_or_malformed_and_nothing_worse(body: bytes, kind: str) -> None:
    with contextlib.suppress(MalformedDeliveryError):
        assert readable(body, kind)


@given(st.dictionaries(st.sampled_from(["X-Slack-Request-Timestamp", "X-Slack-Signature"]), st.text(max_size=80)))
def test_any_headers_are_forged_and_nothing_worse(headers: dict[str, str]) -> None:
    with pytest.raises(ForgedError):
        verify(headers, b"", "secret", time.time())


_KEYS = st.sampled_from(
    ["type", "actions", "action_id", "team", "id", "user", "container", "channel", "event", "view", "command", "text"]
)
_KINDS = st.sampled_from(
    ["block_actions", "view_submission", "shortcut", "event_callback", "url_verification", "", "view_closed"]
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=_KINDS, payload=st.dictionaries(_KEYS, _JSON, max_size=6), as_json=st.booleans())
@pytest.mark.long
async def test_any_signed_payload_is_answered_and_never_an_error(
    sender: Sender, kind: str, payload: dict[str, object], *, as_json: bool
) -> None:
    """As whoever has the secret might send it, or Slack in ten years."""
    text = json.dumps({**payload, "type": kind})
    form = text.encode() if as_json else urlencode({"payload": text}).encode()
    content_type = "application/json" if as_json else "application/x-www-form-urlencoded"
    assert (await sender.send(sender.signed(form, content_type=content_type))).status < 500
