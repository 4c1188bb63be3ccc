"""A strict OpenID provider: it signs real tokens, knows its clients, and gives each code once.

What it does not do by itself an attack asks of it: other claims, other keys, other algorithms.
"""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from typing import Any
from urllib.parse import unquote_plus

import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from msgspec import Struct, field
from yarl import URL

CLIENT = "provenance-bot"
SECRET = "s3cret: of+the client"
REDIRECT = "http://bot.example/login/callback"


@cache
def signing_key(name: str, kind: str = "RS256") -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    """One key of each name for the whole run."""
    del name
    return ec.generate_private_key(ec.SECP256R1()) if kind == "ES256" else rsa.generate_private_key(65537, 2048)


def jwk(name: str, kind: str = "RS256") -> dict[str, Any]:
    """The public half as a provider publishes it."""
    made = jwt.get_algorithm_by_name(kind).to_jwk(signing_key(name, kind).public_key(), as_dict=True)
    made.pop("key_ops", None)
    return {**made, "kid": name, "alg": kind, "use": "sig"}


class Grant(Struct, frozen=True):
    """What a code stands for."""

    redirect_uri: str
    nonce: str
    challenge: str


class FakeProvider(Struct):
    """`person` are the claims of whoever logs in there; `claims` changes those of the token, None takes one away."""

    issuer: str = ""
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "u-1"})
    claims: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    key: str = "k1"
    kind: str = "RS256"
    published: list[str] = field(default_factory=lambda: ["k1"])
    sign: Callable[[dict[str, Any]], str] | None = None
    status: int = 200  # of everything but the login page
    asked: list[str] = field(default_factory=list)
    says_iss: bool = True
    secret: str | None = SECRET
    redirect: str = REDIRECT
    _grants: dict[str, Grant] = field(default_factory=dict)
    _tokens: set[str] = field(default_factory=set)

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._counted])
        app.router.add_get("/.well-known/openid-configuration", self.describe)
        app.router.add_get("/authorize", self.authorize)
        app.router.add_post("/token", self.token)
        app.router.add_get("/jwks", self.jwks)
        app.router.add_get("/userinfo", self.tell)
        return app

    @web.middleware
    async def _counted(self, request: web.Request, handler: Any) -> web.StreamResponse:  # noqa: ANN401
        self.asked.append(request.path)
        if self.status != 200 and request.path != "/authorize":
            return web.json_response({}, status=self.status, headers={"Location": "/elsewhere"})
        response: web.StreamResponse = await handler(request)
        return response

    async def describe(self, _: web.Request) -> web.Response:
        told = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "end_session_endpoint": f"{self.issuer}/end",
            "authorization_response_iss_parameter_supported": self.says_iss,
            "response_types_supported": ["code"],
        }
        return web.json_response({key: value for key, value in (told | self.metadata).items() if value is not None})

    async def authorize(self, request: web.Request) -> web.Response:
        """The person is logged in at once; a request that is not right gets no code."""
        asked = request.query
        assert asked["client_id"] == CLIENT
        assert asked["redirect_uri"] == self.redirect
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        assert len(asked["state"]) >= 43
        assert len(asked["nonce"]) >= 43
        code = secrets.token_urlsafe(16)
        self._grants[code] = Grant(asked["redirect_uri"], asked["nonce"], asked["code_challenge"])
        answer = {"code": code, "state": asked["state"]} | ({"iss": self.issuer} if self.says_iss else {})
        raise web.HTTPFound(URL(asked["redirect_uri"]).with_query(answer))

    async def token(self, request: web.Request) -> web.Response:
        """Once for each code, to the client, with the verifier."""
        form = await request.post()
        grant = self._grants.pop(str(form["code"]), None)
        if not self._is_client(request, form):
            return web.json_response({"error": "invalid_client"}, status=401)
        verifier = str(form.get("code_verifier", ""))
        made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if grant is None or grant.redirect_uri != form["redirect_uri"] or made != grant.challenge:
            return web.json_response({"error": "invalid_grant"}, status=400)
        access = secrets.token_urlsafe(16)
        self._tokens.add(access)
        return web.json_response(
            {"access_token": access, "id_token": self.id_token(grant.nonce), "token_type": "Bearer"}
        )

    def _is_client(self, request: web.Request, form: Any) -> bool:  # noqa: ANN401
        if self.secret is None:
            return bool(form.get("client_id") == CLIENT) and "Authorization" not in request.headers
        told = request.headers.get("Authorization", "").removeprefix("Basic ")
        name, _, secret = base64.b64decode(told).decode().partition(":")
        return (unquote_plus(name), unquote_plus(secret)) == (CLIENT, self.secret)

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        told = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce, **self.person}
        told = {key: value for key, value in (told | self.claims).items() if value is not None}
        if self.sign is not None:
            return self.sign(told)
        return jwt.encode(told, signing_key(self.key, self.kind), self.kind, headers={"kid": self.key})

    async def jwks(self, _: web.Request) -> web.Response:
        return web.json_response({"keys": [jwk(name, self.kind) for name in self.published]})

    async def tell(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self._tokens:
            return web.json_response({"error": "invalid_token"}, status=401)
        return web.json_response(self.userinfo or {"sub": self.person["sub"]})


def raw_token(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    """A token that no library would make."""
    parts = [json.dumps(part).encode() for part in (header, claims)]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in (*parts, signature))


@asynccontextmanager
async def running_provider() -> AsyncIterator[FakeProvider]:
    """It listens at its issuer, on this machine."""
    provider = FakeProvider()
    async with TestServer(provider.app()) as server:
        provider.issuer = str(server.make_url("")).rstrip("/")
        yield provider
