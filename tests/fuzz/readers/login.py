"""What a login provider answers, and what proxies write: descriptions, keys, tokens and their claims, headers."""

import json
import time
from collections.abc import Iterator
from functools import cache
from typing import Any

import jwt
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from cryptography.hazmat.primitives.asymmetric import ed25519

from bot.login.id_token import TokenHeader, TokenIsFor, read_header, require_bound, verify
from bot.login.keys import ProviderKey, read_keys
from bot.login.options import LoginOptions
from bot.login.pending import safe_path
from bot.login.provider import require
from bot.login.role import Role, role_of
from bot.login.visitor import groups_of, label_of
from bot.oci.documents import parse_plain
from handlers.client_address import Proxies
from handlers.request_ids import HEADER, RequestIds
from tests.fuzz.reader import Loop, Reader, clean_text_of, text_of

ISSUER = "https://login.example"
NONCE = "n" * 43
FOR_US = TokenIsFor(ISSUER, "bot", NONCE)
PLACES = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
DESCRIPTION = json.dumps({"issuer": ISSUER, **dict.fromkeys(PLACES, f"{ISSUER}/x")}).encode()
EC = b'{"kty":"EC","crv":"P-256","kid":"b","x":"%s","y":"%s"}' % (b"A" * 43, b"A" * 43)
KEYS = b'{"keys":[{"kty":"RSA","kid":"a","n":"%s","e":"AQAB"},%s,{"kty":"OKP","crv":"Ed25519","x":"%s"}]}' % (
    b"wJ7x" * 86,
    EC,
    b"A" * 43,
)


@cache
def _signer() -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.generate()


@cache
def _options() -> LoginOptions:
    return LoginOptions(issuer=ISSUER, client_id="bot", base_url="https://bot.example", roles={Role.ASK: ("dev",)})


def _document(data: bytes) -> dict[str, Any]:
    read = parse_plain(data, what="the answer")
    return read if isinstance(read, dict) else {}


def signed(claims: bytes) -> tuple[str, TokenHeader, ProviderKey]:
    """A token of the provider with these claims, its header, and its key."""
    token = jwt.api_jws.encode(claims, _signer(), algorithm="EdDSA")
    return token, read_header(token), ProviderKey("", ("EdDSA",), _signer().public_key())


def _claims(data: bytes) -> None:
    """Any claims, signed by the provider itself."""
    token, header, key = signed(data)
    claims = verify(token, header, key, FOR_US)
    require_bound(claims, "access", "RS256")
    label_of(claims["sub"], claims)
    role_of(groups_of(claims.get("groups"), _options().known_groups), _options().roles)


def _good() -> Iterator[bytes]:
    now = int(time.time())
    said = {"iss": ISSUER, "aud": "bot", "sub": "alice", "iat": now, "exp": now + 10**9, "nonce": NONCE}
    yield json.dumps({**said, "groups": ["dev"], "email": "a@b.example", "email_verified": True}).encode()
    yield json.dumps({**said, "aud": ["bot", "other"], "azp": "bot", "name": "Alice"}).encode()


def _forwarded(data: bytes) -> None:
    """Headers of a trusted proxy, with any text that HTTP lets through."""
    text = "".join(character for character in clean_text_of(data) if character >= " " and character != "\x7f")
    for family in ("forwarded", "x-forwarded-for"):
        proxies = Proxies(("127.0.0.1",), family)
        names = ("forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-forwarded-prefix", HEADER)
        request = make_mocked_request("GET", "/", headers=dict.fromkeys(names, text))
        request = request.clone(remote="127.0.0.1")
        proxies.visit(request)
        Loop.run(_named(RequestIds(proxies), request))


async def _named(ids: RequestIds, request: Any) -> None:  # noqa: ANN401 - a mocked one
    async def answer(_: object) -> web.StreamResponse:
        return web.Response()

    await ids.named(request, answer)


readers = (
    Reader("login-description", lambda data: require(_document(data), _options()), lambda: (DESCRIPTION,)),
    Reader("login-keys", lambda data: list(read_keys(_document(data))), lambda: (KEYS,)),
    Reader("login-token", lambda data: read_header(clean_text_of(data)), lambda: (b"eyJhbGciOiJSUzI1NiJ9.e30.eA",)),
    Reader("login-claims", _claims, _good),
    Reader("login-path", lambda data: safe_path(text_of(data)), lambda: (b"/report?image=quay.io/a/b:1", b"//evil")),
    Reader(
        "forwarded",
        _forwarded,
        lambda: (b"192.0.2.1, 10.0.0.1", b'for="[2001:db8::1]:80";proto=https;host=bot.example, for=10.0.0.1', b"/x"),
    ),
)
