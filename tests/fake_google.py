"""Google as Pub/Sub's receivers see it: it signs tokens for service accounts, and publishes the keys."""

import base64
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import rsa
from msgspec import Struct, field

ISSUER = "https://accounts.google.com"
KEY_ID = "4c39b3d1a1f5"
BITS = 2048


@cache
def signing_key(name: str, bits: int) -> rsa.RSAPrivateKey:
    """One key of each name for the whole run; making one takes a tenth of a second."""
    del name
    return rsa.generate_private_key(65537, bits)


def jwk(name: str = KEY_ID, bits: int = BITS) -> dict[str, str]:
    """The public half as Google publishes it."""
    numbers = signing_key(name, bits).public_key().public_numbers()
    return {
        "kty": "RSA",
        "alg": "RS256",
        "use": "sig",
        "kid": name,
        "n": _number(numbers.n),
        "e": _number(numbers.e),
    }


def _number(value: int) -> str:
    return base64.urlsafe_b64encode(value.to_bytes((value.bit_length() + 7) // 8)).rstrip(b"=").decode()


class FakeGoogle(Struct):
    """`keys` are the ids published at the moment; `status` other than 200 is an outage."""

    url: str = ""
    keys: list[str] = field(default_factory=lambda: [KEY_ID])
    status: int = 200
    body: bytes | None = None  # in place of the key set
    fetched: int = 0

    async def answer(self, _: web.Request) -> web.Response:
        """GET /oauth2/v3/certs."""
        self.fetched += 1
        body = json.dumps({"keys": [jwk(name) for name in self.keys]}).encode() if self.body is None else self.body
        return web.Response(status=self.status, body=body, headers={"Location": "/elsewhere"})


def claims(account: str, audience: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any claim
    """What Google says in a token; None takes a claim away."""
    now = int(time.time())
    told = {"iss": ISSUER, "aud": audience, "azp": "1", "sub": "1", "iat": now, "exp": now + 3600}
    told |= {"email": account, "email_verified": True, **changes}
    return {key: value for key, value in told.items() if value is not None}


def token(account: str, audience: str, *, key: str = KEY_ID, kid: str = KEY_ID, **changes: Any) -> str:  # noqa: ANN401
    """A token that Google made for the account."""
    return jwt.encode(claims(account, audience, **changes), signing_key(key, BITS), "RS256", headers={"kid": kid})


@asynccontextmanager
async def running_google() -> AsyncIterator[FakeGoogle]:
    """Its keys are at `url`."""
    google, app = FakeGoogle(), web.Application()
    app.router.add_get("/oauth2/v3/certs", google.answer)
    async with TestServer(app) as server:
        google.url = str(server.make_url("/oauth2/v3/certs"))
        yield google
