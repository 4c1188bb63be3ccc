"""A request to a registry with the right Authorization, and a second one when the first answer was 401."""

from functools import lru_cache
from typing import Final

from bot.errors import NotFoundError, RegistryError
from bot.oci import tally
from bot.oci.auth.authorizer import Authorization, Authorizer
from bot.oci.grammar import HOST, NAME_MAX, PATH
from bot.oci.hosts import Endpoint, endpoint
from bot.oci.reference import Reference, is_digest, is_tag
from bot.oci.wire.answers import FORBIDDEN, NOT_FOUND, UNAUTHORIZED
from bot.oci.wire.messages import RegistryRequest, Response
from bot.oci.wire.pace import Pace
from bot.oci.wire.redirects import follow
from bot.oci.wire.sender import Sender
from bot.values import replace

NAMES_KEPT: Final = 1024
"""Repositories of which it is remembered whether they are names at all."""

HIDING: Final = frozenset({FORBIDDEN, NOT_FOUND})
"""What some registries answer about what is private, to who has shown no login: they ask for one at /v2/ alone."""


@lru_cache(maxsize=NAMES_KEPT)
def _is_name(registry: str, repository: str) -> bool:
    """Whether both have the grammar of names. A check asks that of one repository, twice for each request."""
    return bool(HOST.fullmatch(registry) and PATH.fullmatch(repository))


class Caller:
    """What the methods of the client share."""

    def __init__(self, sender: Sender, authorizer: Authorizer, insecure: frozenset[str]) -> None:
        self._sender = sender
        self._authorizer = authorizer
        self._insecure = insecure

    def endpoint(self, reference: Reference) -> Endpoint:
        """Where to ask. Raises NotFoundError for what is not a name, since URLs are built of the reference's parts."""
        is_name = _is_name if len(reference.registry) <= NAME_MAX else _is_name.__wrapped__  # a long one is not kept
        is_named = len(reference.repository) <= NAME_MAX and is_name(reference.registry, reference.repository)
        if not is_named or not (reference.digest or is_tag(reference.tag)):
            raise NotFoundError(f"{str(reference)[:100]!r} is not an image name", host=reference.registry[:100])
        if reference.digest and not is_digest(reference.digest):
            raise NotFoundError(f"{reference.digest[:100]!r} is not a digest", host=reference.registry)
        return endpoint(reference.registry, self._insecure)

    def clock(self) -> float:
        """Seconds of a clock that only goes forward."""
        return self._sender.pace.clock()

    @property
    def pace(self) -> Pace:
        """How long to wait, and for what."""
        return self._sender.pace

    async def ask(self, ask: RegistryRequest) -> Response:
        """The answer without Authorization, for what is not the registry API. Raises RegistryError."""
        return await self._sender.send(ask)

    async def call(
        self, reference: Reference, ask: RegistryRequest, *, redirects: bool = False, tail: str = ""
    ) -> Response:
        """The registry's answer, of any status. Raises RegistryError when there is none, or none that we may read.

        `tail`: of redirects, only those that keep this end of the path. What is asked elsewhere, to where a redirect
        has led, is asked without a login.
        """
        redirects = redirects or bool(tail)
        if ask.led_by is not None:
            return await follow(self._sender, ask, tail=tail)
        place = self.endpoint(reference)
        sent = await self._authorizer.before(place, reference.repository)
        response = await self._send(ask, sent, redirects=redirects, tail=tail)
        if response.ask.led_by is not None:
            return response
        if response.status == UNAUTHORIZED:
            again = await self._authorizer.after(response, sent, place, reference.repository)
        elif response.status in HIDING and not sent.value and not tally.current().searching:
            again = await self._introduced(place, reference.repository)
        else:
            return response
        if again is None:
            return response
        tally.current().challenged(pull=ask.pull)
        return await self._send(ask, again, redirects=redirects, tail=tail)

    async def _introduced(self, place: Endpoint, repository: str) -> Authorization | None:
        """What to send where we have a login and were not asked for it. Raises RegistryError."""
        if not await self._authorizer.has_login_to_show(place, repository):
            return None
        what = f"the front door of {place.registry}"
        door = RegistryRequest(registry=place.registry, what=what, url=place.url(""), gate="token")
        try:
            answer = await self._sender.send(door)
        except RegistryError:
            self._authorizer.not_shown(place)
            raise
        return await self._authorizer.after(answer, Authorization("", fresh=False), place, repository)

    async def _send(
        self, ask: RegistryRequest, authorization: Authorization, *, redirects: bool, tail: str
    ) -> Response:
        if authorization.value:
            ask = replace(ask, headers={**ask.headers, "Authorization": authorization.value})
        return await (follow(self._sender, ask, tail=tail) if redirects else self._sender.send(ask))
