"""One request to GitHub's API: guarded, in time, bounded, and only to allowed hosts; the token goes to the API alone.

https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api
"""

import asyncio
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final, Self
from urllib.parse import urljoin, urlsplit

from aiohttp import (
    ClientConnectionError,
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
)
from msgspec import Struct, field
from pydantic import SecretStr
from yarl import URL

from bot.errors import MalformedError, RegistryError, SourceDeniedError, SourceUnavailableError
from bot.oci.documents import parse
from bot.oci.guard import Guard
from bot.oci.hosts import authority
from bot.oci.wire.proxy_way import of_proxy
from bot.values import Hiding
from bot.workflows.address import API
from bot.workflows.github_limits import RateLimits
from bot.workflows.outage import Outage

REDIRECTS_MAX: Final = 3
"""A renamed repository answers with one."""

SECONDS: Final = 10.0
"""For one question, redirects included."""

JSON: Final = "application/vnd.github+json"
RAW: Final = "application/vnd.github.raw+json"

_MOVED: Final = {
    HTTPStatus.MOVED_PERMANENTLY,
    HTTPStatus.FOUND,
    HTTPStatus.TEMPORARY_REDIRECT,
    HTTPStatus.PERMANENT_REDIRECT,
}


class Reply(Hiding, Struct, frozen=True):
    """A reply of any status; at most `limit` bytes of it were read."""

    HIDDEN = frozenset({"body", "headers"})

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)  # names in any case

    def expected(self, what: str, *, may_lack: bool = False, hint: str = "") -> Self:
        """The reply itself, if it is a 200, or a 404 that it `may_lack`; `hint` says what a refusal may mean.

        Raises SourceDeniedError for 401 and 403, SourceUnavailableError for all else.
        """
        if self.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            raise SourceDeniedError(f"{what}: answered {self.status}{hint}")
        if self.status != HTTPStatus.OK and not (may_lack and self.status == HTTPStatus.NOT_FOUND):
            raise SourceUnavailableError(f"{what}: answered {self.status}")
        return self

    def document(self, what: str) -> Mapping[str, Any]:
        """The body as a JSON object. Raises SourceUnavailableError."""
        try:
            document = parse(self.body, what=what)
        except MalformedError:
            document = None
        if not isinstance(document, dict):
            raise SourceUnavailableError(f"{what}: the answer is not what GitHub would say")
        return document

    def listed(self, what: str) -> list[Mapping[str, Any]]:
        """The body as a list of JSON objects. Raises SourceUnavailableError."""
        try:
            entries = parse(self.body, what=what)
        except MalformedError:
            entries = None
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise SourceUnavailableError(f"{what}: the answer is not what GitHub would say")
        return entries


class Exchange(Struct, frozen=True):
    """`api` is where the API is; `token` lets it see and do more than everybody may.

    `hosts` are further places, host:port, that may be asked. They get no token. `outage` is about the API alone.
    """

    session: ClientSession
    api: str = API
    token: SecretStr | None = None
    guard: Guard | None = None
    hosts: frozenset[str] = frozenset()
    limits: RateLimits = field(default_factory=RateLimits)
    outage: Outage = field(default_factory=Outage)

    async def ask(  # noqa: PLR0913 - all that a question has
        self, method: str, url: str, *, what: str, limit: int, accept: str = JSON, body: object = None
    ) -> Reply:
        """The reply. Raises SourceUnavailableError, which names `what`, when there is none or it leads elsewhere.

        A rate limit is one, too, with `retry_at`; until then nothing is asked. A host that gives no answer is left
        alone for a moment (outage.py).
        """
        self._check(url, what)
        is_api = _place(url) == _place(self.api)
        try:
            async with asyncio.timeout(SECONDS), self.outage.places if is_api else nullcontext():
                if is_api and (why := self.outage.why()):
                    raise SourceUnavailableError(f"{what}: not asked, because a moment ago {why}")
                for _ in range(REDIRECTS_MAX + 1):
                    answer = await self._once(method, url, accept, body, what, limit)
                    if isinstance(answer, Reply):
                        return answer
                    url = self._moved(url, answer, what)
        except RegistryError as error:  # the guard's
            raise SourceUnavailableError(f"{what}: {error}") from None
        except (ClientError, OSError, ValueError) as error:
            why = self._no_answer(error, url)
            if is_api and isinstance(error, (OSError, ClientConnectionError)):
                self.outage.failed(why)
            raise SourceUnavailableError(f"{what}: {why}") from None
        raise SourceUnavailableError(f"{what}: more than {REDIRECTS_MAX} redirects")

    async def _once(  # noqa: PLR0913, PLR0917 - all that a question has
        self, method: str, url: str, accept: str, body: object, what: str, limit: int
    ) -> Reply | str:
        """The reply, or where it went."""
        is_api = _place(url) == _place(self.api)
        if is_api and (at := self.limits.wait(datetime.now(UTC))):
            raise _limited(what, at)
        options: dict[str, Any] = {"json": body} if body is not None else {}
        headers = {"Accept": accept, "X-GitHub-Api-Version": "2022-11-28"}
        headers |= self._authorization() if is_api else {}
        place = URL(url, encoded=True)
        with self._dialling(url):
            if self.guard:
                await self.guard.pass_on(place)
            async with self.session.request(method, place, headers=headers, allow_redirects=False, **options) as answer:
                if is_api:
                    self.outage.answered()
                if answer.status in _MOVED:
                    return answer.headers.get("Location", "")
                if is_api and (at := self.limits.note(answer.status, answer.headers, datetime.now(UTC))):
                    raise _limited(f"{what}: answered {answer.status}", at)
                return Reply(answer.status, await _bounded(answer, what, limit), answer.headers.copy())

    def _no_answer(self, error: Exception, url: str) -> str:
        proxy = self.guard.proxy_for(URL(url, encoded=True)) if self.guard else None
        trouble = of_proxy(proxy, error) if proxy else None
        return trouble.reason if trouble else _no_answer(error, url)

    def _authorization(self) -> dict[str, str]:
        token = self.token.get_secret_value() if self.token else ""
        return {"Authorization": f"Bearer {token}"} if token else {}

    def _dialling(self, url: str) -> AbstractContextManager[None]:
        return self.guard.dialling(urlsplit(self.api).netloc, URL(url, encoded=True)) if self.guard else nullcontext()

    def _check(self, url: str, what: str) -> None:
        """Raises SourceUnavailableError for a host that is neither the API's nor listed."""
        try:
            allowed = _place(url) in {_place(self.api)} | self.hosts
        except ValueError:
            allowed = False
        if not allowed:
            raise SourceUnavailableError(f"{what}: the reply names a host that is not allowed")

    @staticmethod
    def _moved(url: str, location: str, what: str) -> str:
        """Where it went, on the same host."""
        there, here = urlsplit(urljoin(url, location)), urlsplit(url)
        if not location or (there.scheme, there.netloc) != (here.scheme, here.netloc):
            raise SourceUnavailableError(f"{what}: the reply leads to another host")
        return there.geturl()


def _place(url: str) -> str:
    """host:port. Raises ValueError."""
    return authority(URL(url, encoded=True))


def _limited(what: str, at: datetime) -> SourceUnavailableError:
    return SourceUnavailableError(f"{what}: GitHub's rate limit lasts until {at:%H:%M:%S} UTC", retry_at=at)


async def _bounded(answer: ClientResponse, what: str, limit: int) -> bytes:
    content = bytearray()
    async for chunk in answer.content.iter_chunked(65536):
        content += chunk
        if len(content) > limit:
            raise SourceUnavailableError(f"{what}: more than the limit of {limit} bytes")
    return bytes(content)


def _no_answer(error: Exception, url: str) -> str:
    """Why there was none, as far as a person can do something about it."""
    host = urlsplit(url).hostname
    match error:
        case ClientConnectorDNSError():
            return f"the name {host} could not be resolved"
        case ClientConnectorError():
            return f"the connection to {host} failed"
        case TimeoutError():
            return f"{host} did not answer within {SECONDS:.0f} s"
        case _:
            return f"no answer ({type(error).__name__})"
