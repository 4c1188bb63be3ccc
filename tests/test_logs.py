"""What is logged, and what never is."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from aiohttp.http_exceptions import BadHttpMessage
from aiohttp.web import RequestPayloadError
from hypothesis import given
from hypothesis import strategies as st
from redis.exceptions import ResponseError

from bot.cli.run_until_stopped import run_until_stopped
from bot.errors import StoreError
from bot.logs import OwnLogger, configure, redact

SECRET = "s3cret-s3cret-s3cret-s3cret-s3cret"


@pytest.fixture
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "text",
    [
        f"POST /webhooks/quay/{SECRET} HTTP/1.1",
        f"POST /webhooks//quay/{SECRET} HTTP/1.1",
        f"POST /Webhooks/{'x' * 64}/{SECRET} HTTP/1.1",
        f"GET https://cdn.example/blob?X-Amz-Signature={SECRET}&Expires=1 failed",
        f"redis://user:{SECRET}@redis.internal:6379/0 does not answer",
        f"Authorization was Bearer {SECRET}",
        f"https://hooks.slack.com/commands/T1/{SECRET}",
        f"token xoxb-{SECRET}",
        f"token xapp-{SECRET}",
        f"BAS\u0131C {SECRET}",
        f"/WEBHOO\u212a\u017f/quay/{SECRET}",
    ],
)
def test_no_secret_in_any_text(text: str) -> None:
    event = redact(None, "info", {"event": text, "deep": {"list": [text, (text,)]}})
    assert SECRET not in str(event)


@pytest.mark.parametrize(
    "key", ["authorization", "Set-Cookie", "access_token", "X-Hub-Signature-256", "body", "secret"]
)
def test_no_value_under_a_telling_name(key: str) -> None:
    assert SECRET not in str(redact(None, "info", {"event": "x", key: SECRET, "headers": {key: SECRET}}))


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.lists(st.text())))
def test_any_event_can_be_redacted(event: dict[str, object]) -> None:
    assert redact(None, "info", dict(event)).keys() == event.keys()


@pytest.mark.usefixtures("restored")
def test_our_events_and_those_of_libraries_are_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    configure("json")
    structlog.get_logger("bot.x").info("checked", image="quay.io/acme/shop:1")
    logging.getLogger("some.library").warning("asked https://host/x?token=%s", SECRET)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert (lines[0]["event"], lines[0]["image"], lines[0]["level"]) == ("checked", "quay.io/acme/shop:1", "info")
    assert lines[1]["level"] == "warning"
    assert SECRET not in str(lines)


@pytest.mark.usefixtures("restored")
def test_who_sends_no_http_cannot_fill_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    configure("json")
    log = logging.getLogger("aiohttp.server")
    for error in (RequestPayloadError("not gzip"), BadHttpMessage("no chunk")):
        log.error("Unhandled exception", exc_info=error)
    assert not capsys.readouterr().err
    log.error("Error handling request", exc_info=LookupError("ours"))
    assert "LookupError: ours" in capsys.readouterr().err


@pytest.mark.usefixtures("restored")
def test_who_holds_all_connections_cannot_fill_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    configure("json")
    log = logging.getLogger("asyncio")
    for _ in range(100):
        log.error("socket.accept() out of system resource\nsocket: x", exc_info=OSError(24, "Too many open files"))
    log.error("another trouble")
    assert len(capsys.readouterr().err.splitlines()) == 2


@pytest.mark.usefixtures("restored")
def test_a_store_that_is_down_for_long_cannot_fill_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    """Seen: each of the four lanes wrote a trace of 3 KB every second."""
    configure("json")
    log = logging.getLogger("docket.worker")
    for _ in range(100):
        log.warning("Redis is unavailable, retrying in %s...", 1, exc_info=OSError(111, "Connection refused"))
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize(
    "line",
    [
        "Error sending worker heartbeat",
        "Error in scheduler loop",
        "Redis error in cancellation listener, reconnecting...",
    ],
)
def test_a_store_that_takes_no_writes_cannot_fill_the_log(capsys: pytest.CaptureFixture[str], line: str) -> None:
    """Seen on a full disk, on which the log may be, too: 3 MB in half a minute."""
    configure("json")
    log = logging.getLogger("docket.worker")
    for _ in range(100):
        log.error(line, exc_info=ResponseError("MISCONF Errors writing to the AOF file"))
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_log_that_is_closed_stops_no_work(tmp_path: Path) -> None:
    stream = (tmp_path / "log").open("w")
    stream.close()
    OwnLogger(stream, "bot").info("line")


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize("wanted", ["json", "console"])
def test_a_server_writes_its_log_as_the_setting_says(
    wanted: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The log is set up before the store, which is not there."""
    monkeypatch.setenv("PROVENANCE_LOG_FORMAT", wanted)
    monkeypatch.setenv("REDIS_URL", f"unix://{tmp_path}/no.sock")
    with pytest.raises(StoreError):
        run_until_stopped((), role="web")
    structlog.get_logger("bot").warning("a line")
    assert capsys.readouterr().err.startswith("{") == (wanted == "json")
