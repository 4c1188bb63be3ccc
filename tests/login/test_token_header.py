"""The head of a token, which nobody has verified yet: it chooses no weak algorithm, and adds nothing to understand."""

import base64
import json

import pytest

from bot.errors import LoginRefusedError
from bot.login.id_token import TOKEN_MAX, TokenHeader, read_header

GOOD = {"alg": "RS256", "kid": "one", "typ": "JWT"}


def token(header: object, *, rest: str = "e30.c2ln") -> str:
    return f"{base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b'=').decode()}.{rest}"


def test_a_good_one_is_read() -> None:
    assert read_header(token(GOOD)) == TokenHeader("RS256", "one")
    assert read_header(token({"alg": "ES256"})) == TokenHeader("ES256", "")


@pytest.mark.parametrize(
    "header",
    [
        {**GOOD, "alg": "none"},
        {**GOOD, "alg": "HS256"},
        {**GOOD, "alg": ["RS256"]},
        {"kid": "one"},
        {**GOOD, "crit": ["b64"], "b64": False},
        {**GOOD, "kid": 5},
        {**GOOD, "kid": ["one"]},
        {**GOOD, "kid": None},
        ["RS256"],
        "RS256",
        None,
    ],
)
def test_no_other_is_taken(header: object) -> None:
    with pytest.raises(LoginRefusedError):
        read_header(token(header))


@pytest.mark.parametrize(
    "text",
    [
        None,
        5,
        "",
        "e30",
        token(GOOD, rest="e30"),
        token(GOOD) + ".e30",
        token(GOOD) + "\n",
        token(GOOD, rest="e30." + "a" * TOKEN_MAX),
        "e.e30.c2ln",
        "_-8.e30.c2ln",
    ],
)
def test_nor_is_what_has_not_the_form_of_a_token(text: object) -> None:
    with pytest.raises(LoginRefusedError):
        read_header(text)
