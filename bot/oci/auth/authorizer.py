"""The Authorization header for a repository: from what is known of its registry, and from what a 401 said."""

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from bot.errors import DeniedError, UnavailableError
from bot.oci.auth.credentials import Credential, CredentialKind
from bot.oci.auth.keyring import Keyring
from bot.oci.auth.realms import Realm, Realms, RealmTrust, wanted
from bot.oci.auth.tokens import Tokens
from bot.oci.hosts import Endpoint
from bot.oci.wire.messages import Response
from bot.values import Hiding

if TYPE_CHECKING:
    from bot.oci.auth.challenge import Challenge

LEARNED_MAX: Final = 256
"""Registries whose challenge is remembered, so that the next check saves its 401."""


class Authorization(Hiding, Struct, frozen=True):
    """A header's value; "" = anonymous. `fresh` when nothing newer can be had: a 401 is final then."""

    HIDDEN = frozenset({"value"})

    value: str
    fresh: bool


class Authorizer:
    """Answers for all repositories of a process."""

    def __init__(self, keyring: Keyring, realms: Realms, tokens: Tokens) -> None:
        self._keyring = keyring
        self._realms = realms
        self._tokens = tokens
        self._learned: OrderedDict[str, Challenge] = OrderedDict()
        self._shown: OrderedDict[str, None] = OrderedDict()  # registries that were asked whether they want a login

    async def before(self, endpoint: Endpoint, repository: str) -> Authorization:
        """What to send with a first request. Raises RegistryError."""
        if (challenge := self._learned.get(endpoint.registry)) is not None:
            try:
                return await self._to(challenge, endpoint, repository)
            except UnavailableError:  # its tokens may come from elsewhere now: the next 401 tells
                self._learned.pop(endpoint.registry, None)
                raise
        if (realm := self._realms.known(endpoint.registry)) is not None:
            credential = await self._keyring.find(endpoint.registry, repository)
            return await self._bearer(realm, credential, endpoint, repository)
        return Authorization("", fresh=False)

    async def has_login_to_show(self, endpoint: Endpoint, repository: str) -> bool:
        """Whether there is a login for a registry that has never asked for one; true once. Raises RegistryError."""
        if endpoint.registry in self._shown or await self._keyring.find(endpoint.registry, repository) is None:
            return False
        self._shown[endpoint.registry] = None
        if len(self._shown) > LEARNED_MAX:
            self._shown.popitem(last=False)
        return True

    def not_shown(self, endpoint: Endpoint) -> None:
        """The registry could not be asked: somebody else may try."""
        self._shown.pop(endpoint.registry, None)

    async def after(
        self, refused: Response, sent: Authorization, endpoint: Endpoint, repository: str
    ) -> Authorization | None:
        """What to send once more after a 401; None when it would not help. Raises RegistryError."""
        from bot.oci.auth.challenge import choose  # noqa: PLC0415 - most registries let anybody read

        self._tokens.drop(sent.value.removeprefix("Bearer "))
        challenge = choose(refused.headers.getall("WWW-Authenticate", []))
        if challenge is None or (sent.fresh and not self._is_other(challenge, endpoint)):
            self._keyring.forget(endpoint.registry, repository)
            return None
        self._learned[endpoint.registry] = challenge
        if len(self._learned) > LEARNED_MAX:
            self._learned.popitem(last=False)
        answer = await self._to(challenge, endpoint, repository)
        return answer if answer.value and answer.value != sent.value else None

    def _is_other(self, challenge: "Challenge", endpoint: Endpoint) -> bool:
        """Whether the registry wants something else than it did: its operator changed that, or a gateway had asked."""
        learned = self._learned.get(endpoint.registry)
        return learned is not None and not challenge.is_like(learned)

    async def _to(self, challenge: "Challenge", endpoint: Endpoint, repository: str) -> Authorization:
        credential = await self._keyring.find(endpoint.registry, repository)
        if challenge.scheme == "basic":
            known = credential is not None and credential.kind is not CredentialKind.REGISTRY
            return Authorization(credential.basic() if credential and known else "", fresh=True)
        realm = self._realms.of(endpoint, challenge)
        return await self._bearer(realm, credential, endpoint, repository)

    async def _bearer(
        self, realm: Realm, credential: Credential | None, endpoint: Endpoint, repository: str
    ) -> Authorization:
        if credential is not None and credential.kind is CredentialKind.REGISTRY:
            return Authorization(f"Bearer {credential.secret}", fresh=True)
        trusted = credential if realm.trust is RealmTrust.FULL else None
        try:
            token = await self._tokens.get(endpoint, repository, realm, trusted)
        except DeniedError as error:
            if credential is trusted:
                raise
            host = endpoint.registry
            raise DeniedError(
                f"{error}; our login was not shown to {realm.url.host}: {wanted(host, realm.url)}", host=host
            ) from error
        return Authorization(f"Bearer {token.value}", fresh=token.fresh)
