"""Claims that the provider signed, and that are not what the standard says: refused, whatever they are."""

import json
import time
from typing import Any

import pytest

from bot.errors import LoginRefusedError
from bot.login.id_token import require_bound, verify
from tests.fuzz.readers.login import FOR_US, signed


def _claims(**changes: Any) -> bytes:  # noqa: ANN401 - any claim
    now = int(time.time())
    said = {"iss": FOR_US.issuer, "aud": FOR_US.client_id, "sub": "alice", "iat": now, "exp": now + 60}
    return json.dumps({**said, "nonce": FOR_US.nonce, **changes}).encode()


@pytest.mark.parametrize(
    "changes",
    [
        {"azp": ["bot"]},
        {"azp": {"bot": 1}},
        {"nonce": "\ud800"},
        {"nonce": 5},
        {"nonce": ["n"]},
        {"exp": float("inf")},
        {"iat": float("nan")},
        {"iat": True},
        {"nbf": float("inf")},
        {"aud": [["bot"]]},
        {"sub": "\ud800"},
        {"iss": ["https://login.example"]},
    ],
)
def test_an_odd_claim_is_refused(changes: dict[str, Any]) -> None:
    token, header, key = signed(_claims(**changes))
    with pytest.raises(LoginRefusedError):
        verify(token, header, key, FOR_US)


def test_an_odd_hash_of_the_access_token_is_refused() -> None:
    with pytest.raises(LoginRefusedError):
        require_bound({"at_hash": "\ud800"}, "access", "RS256")
