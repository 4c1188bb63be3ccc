"""Tokens for one repository each: fetched once, kept until they are old, never sent anywhere but to their registry.

https://github.com/distribution/distribution/blob/main/docs/content/spec/auth/token.md and oauth.md
"""

import asyncio
import re
from collections import OrderedDict
from datetime import UTC, datetime
from typing import Final
from weakref import WeakValueDictionary

from msgspec import Struct
from pydantic import AwareDatetime, Field, NaiveDatetime
from yarl import URL

from bot.errors import DeniedError, MalformedError, UnavailableError
from bot.oci.auth.credentials import Credential, CredentialKind
from bot.oci.auth.realms import Realm
from bot.oci.documents import Wire, read
from bot.oci.hosts import Endpoint
from bot.oci.wire.answers import ASK_WITH_LOGIN, FORBIDDEN, NOT_FOUND, UNAUTHORIZED, explained
from bot.oci.wire.messages import OK, RegistryRequest, Response
from bot.oci.wire.sender import Sender
from bot.values import Hiding, replace

TOKEN_BODY_MAX: Final = 64 * 1024
"""Bytes of a token server's answer, as go-containerregistry."""

TOKENS_MAX: Final = 1024
"""Tokens kept; a process rarely reads more repositories than that within a token's life."""

DEFAULT_LIFE: Final = 60
"""Seconds that a token lives when its server does not say (token.md, expires_in)."""

USED_LIFE: Final = 0.8
"""Of a token's life; then a new one is fetched."""

LIFE_MAX: Final = 24 * 3600.0
"""Seconds; a server that says more is asked again after that."""

CLIENT_ID: Final = "provenance-bot"
METHOD_NOT_ALLOWED: Final = 405
_OPAQUE = re.compile(r"[!-~]+", re.ASCII)


class _Answer(Wire):
    """e.g. {"token": "…", "expires_in": 300, "issued_at": "2026-11-24T18:00:00Z"}; some write access_token."""

    token: str = Field(default="", repr=False)
    access_token: str = Field(default="", repr=False)
    expires_in: float | None = None
    issued_at: AwareDatetime | NaiveDatetime | None = None


class Token(Hiding, Struct, frozen=True):
    """A token, and until when (of the pace's clock) it is used."""

    HIDDEN = frozenset({"value"})

    value: str
    until: float
    fresh: bool = False


class Tokens:
    """Fetches tokens, one request at a time and registry, and keeps them."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._kept: OrderedDict[tuple[str, ...], Token] = OrderedDict()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def get(self, endpoint: Endpoint, repository: str, realm: Realm, credential: Credential | None) -> Token:
        """A token to pull from that repository; `fresh` when it was fetched for this call.

        Raises DeniedError when the token server refuses us, and the other RegistryErrors.
        """
        key = (endpoint.registry, repository, str(realm.url), credential.id if credential else "")
        lock = self._locks.setdefault(endpoint.registry, asyncio.Lock())
        async with lock:
            kept = self._kept.get(key)
            if kept is not None and self._sender.pace.clock() < kept.until:
                return kept
            token = await self._fetch(endpoint, repository, realm, credential)
            self._kept[key] = Token(token.value, token.until)
            if len(self._kept) > TOKENS_MAX:
                self._kept.popitem(last=False)
            return token

    def drop(self, value: str) -> None:
        """Forget a token that a registry did not take."""
        for key in [key for key, token in self._kept.items() if token.value == value]:
            del self._kept[key]

    async def _fetch(self, endpoint: Endpoint, repository: str, realm: Realm, credential: Credential | None) -> Token:
        scope = f"repository:{repository}:pull"
        if credential is not None and credential.kind is CredentialKind.IDENTITY:
            response = await self._sender.send(_identity_ask(endpoint, realm, scope, credential))
            if response.status not in (NOT_FOUND, METHOD_NOT_ALLOWED):
                return self._read(repository, response, credential)
        response = await self._sender.send(_ask(endpoint, realm, scope, credential))
        return self._read(repository, response, credential)

    def _read(self, repository: str, response: Response, credential: Credential | None) -> Token:
        registry = response.ask.registry
        if response.status in (UNAUTHORIZED, FORBIDDEN):
            who = "our credentials" if credential else "anonymous access"
            text = f"{repository} was not found on {registry}, or is not public: its token server refuses {who}"
            raise DeniedError(f"{text}{explained(response)} ({ASK_WITH_LOGIN})", host=registry)
        if response.status != OK:
            text = f"{response.ask.what} answered {response.status}{explained(response)}"
            raise UnavailableError(text, host=registry, tried=response.tried)
        try:
            answer = read(response.body, _Answer, what=response.ask.what)
        except MalformedError as error:
            raise UnavailableError(f"the answer of {response.ask.what} is not a token", host=registry) from error
        value = answer.token or answer.access_token
        if not _OPAQUE.fullmatch(value):
            raise UnavailableError(f"the answer of {response.ask.what} holds no token", host=registry)
        life = _life(answer, self._sender.pace.now())
        return Token(value, self._sender.pace.clock() + life * USED_LIFE, fresh=True)


def _life(answer: _Answer, now: datetime) -> float:
    """Seconds that are left of the token's life.

    A token that has expired on arrival was issued by a clock other than ours, or its server does not say when (programs
    in Go write the year 1, and 0 seconds). It counts as new; the registry refuses it if it is not.
    """
    whole = answer.expires_in if answer.expires_in is not None and answer.expires_in > 0 else DEFAULT_LIFE
    issued = answer.issued_at or now
    age = now.timestamp() - (issued if issued.tzinfo else issued.replace(tzinfo=UTC)).timestamp()
    return min(max(whole - age if 0.0 < age < whole else whole, 0.0), LIFE_MAX)


def _ask(endpoint: Endpoint, realm: Realm, scope: str, credential: Credential | None) -> RegistryRequest:
    """GET, with Basic when we have a login. What the challenge's scope says is not asked for: pull is enough."""
    query = {"service": realm.service, "scope": scope} if realm.service else {"scope": scope}
    return RegistryRequest(
        registry=endpoint.registry,
        what=f"the token server of {endpoint.registry}",
        url=realm.url.update_query(query),
        headers={"Authorization": credential.basic()} if credential and credential.has_user else {},
        limit=TOKEN_BODY_MAX,
        led_by=URL(endpoint.origin),
        gate="token",
    )


def _identity_ask(endpoint: Endpoint, realm: Realm, scope: str, credential: Credential) -> RegistryRequest:
    """POST of an identity token (oauth.md, "Refresh Token Grant")."""
    form = {
        "grant_type": "refresh_token",
        "service": realm.service,
        "client_id": CLIENT_ID,
        "scope": scope,
        "refresh_token": credential.secret,
    }
    return replace(_ask(endpoint, realm, scope, None), url=realm.url, method="POST", form=form)
