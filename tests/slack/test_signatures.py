"""A request that Slack did not sign, or not now, is refused before anything reads it: Bolt looks again, much later."""

import hashlib
import hmac

import pytest

from bot.errors import ForgedError
from handlers.slack_request import verify

SECRET, NOW, BODY = "of the app", 1_800_000_000, b"token=x&command=%2Fprovenance"


def signature(*, at: str = str(NOW), body: bytes = BODY, secret: str = SECRET) -> str:
    return f"v0={hmac.new(secret.encode(), b'v0:' + at.encode() + b':' + body, hashlib.sha256).hexdigest()}"


def checked(signed: str, *, at: str = str(NOW), body: bytes = BODY) -> str:
    return verify({"X-Slack-Request-Timestamp": at, "X-Slack-Signature": signed}, body, SECRET, NOW)


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_of_the_last_five_minutes(seconds: int) -> None:
    at = str(NOW + seconds)
    assert checked(signature(at=at), at=at) == signature(at=at)


@pytest.mark.parametrize("seconds", [-301, 301, -86_400, 86_400, -NOW])
def test_a_recorded_request_is_of_no_use_later(seconds: int) -> None:
    at = str(NOW + seconds)
    with pytest.raises(ForgedError):
        checked(signature(at=at), at=at)


@pytest.mark.parametrize(
    "signed",
    [
        signature(secret="of somebody else"),
        signature(secret=""),
        signature(body=b""),
        signature(body=BODY + b"&x=1"),
        signature(at=str(NOW + 1)),
        signature().upper(),
        signature()[:-1],
        signature() + "\n",
        signature() + "\u00e9",
        "v0=\u00e9",
        "v0=",
        "",
    ],
)
def test_another_signature(signed: str) -> None:
    with pytest.raises(ForgedError):
        checked(signed)


@pytest.mark.parametrize("at", ["", "-1", "1.8e9", f"{NOW}\n", f" {NOW}", "\u0661", "1" * 5000])
def test_what_is_not_a_time(at: str) -> None:
    with pytest.raises(ForgedError):
        checked(signature(at=at), at=at)
