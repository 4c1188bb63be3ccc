"""The provider's own description: where to send the browser, where to get tokens and keys.

https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final

from yarl import URL

from bot.errors import MalformedError, ProviderUnavailableError
from bot.login.caller import ProviderCaller
from bot.login.options import LoginOptions
from bot.oci.documents import Wire, fit

FRESH: Final = 3600.0
"""Seconds for which a description counts."""

AGAIN: Final = 5.0
"""Seconds between two attempts while the provider does not answer, however many visitors ask."""

WELL_KNOWN: Final = "/.well-known/openid-configuration"


class ProviderMetadata(Wire):
    """What we need of it. Addresses are validated by `require`."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    end_session_endpoint: str = ""
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False

    @property
    def endpoints(self) -> tuple[str, ...]:
        """All that are there."""
        named = (self.authorization_endpoint, self.token_endpoint, self.jwks_uri)
        return (*named, *filter(None, (self.userinfo_endpoint, self.end_session_endpoint)))


class Provider:
    """The description, fetched when it is needed and kept. One for the process."""

    def __init__(
        self, caller: ProviderCaller, options: LoginOptions, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._caller = caller
        self._options = options
        self._clock = clock
        self._kept: ProviderMetadata | None = None
        self._kept_at = 0.0
        self._failure: ProviderUnavailableError | None = None
        self._failed_at = 0.0
        self._one_at_a_time = asyncio.Lock()

    async def metadata(self) -> ProviderMetadata:
        """The description. Raises ProviderUnavailableError; an old one does not count."""
        async with self._one_at_a_time:
            now = self._clock()
            if self._kept is not None and now - self._kept_at <= FRESH:
                return self._kept
            if self._failure is not None and now - self._failed_at < AGAIN:
                raise self._failure
            try:
                document = await self._caller.get(self._options.issuer.rstrip("/") + WELL_KNOWN)
                self._kept = require(document, self._options)
            except ProviderUnavailableError as error:
                self._failure, self._failed_at = error, self._clock()
                raise
            self._kept_at, self._failure = self._clock(), None
            return self._kept


def require(document: dict[str, Any], options: LoginOptions) -> ProviderMetadata:
    """The description, if it is of that issuer and names only hosts that the operator set.

    Raises ProviderUnavailableError.
    """
    try:
        found = fit(document, ProviderMetadata, what="the description of the login provider")
    except MalformedError as error:
        raise ProviderUnavailableError(str(error)) from None
    if found.issuer != options.issuer:
        raise ProviderUnavailableError(
            "the login provider calls itself otherwise than PROVENANCE_OIDC_ISSUER; both must be the same text"
        )
    for endpoint in found.endpoints:
        if not _is_allowed(endpoint, options):
            raise ProviderUnavailableError(
                f"the login provider names the address {endpoint[:200]!r}; to allow that, list its host in"
                " PROVENANCE_OIDC_HOSTS, and if it is http:// in PROVENANCE_INSECURE_HOSTS"
            )
    return found


def _is_allowed(endpoint: str, options: LoginOptions) -> bool:
    try:
        return options.allows(URL(endpoint))
    except ValueError:
        return False
