"""The login with authorization code, PKCE, state and nonce: where to send the browser, and who came back.

https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth
https://www.rfc-editor.org/rfc/rfc7636 (PKCE), https://www.rfc-editor.org/rfc/rfc9207 (iss in the answer)
"""

import base64
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus

import structlog
from yarl import URL

from bot.errors import ProviderUnavailableError
from bot.login.caller import ProviderCaller
from bot.login.flaw import LoginFlaw, refused
from bot.login.id_token import TokenIsFor, read_header, require_bound, verify
from bot.login.keys import ProviderKeys, read_keys
from bot.login.options import LoginOptions
from bot.login.pending import PendingLogin, challenge
from bot.login.provider import Provider, ProviderMetadata
from bot.login.visitor import Visitor, groups_of, label_of

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class LoginClient:
    """Talks to the provider. One for the process: it keeps the provider's description and keys."""

    options: LoginOptions
    _caller: ProviderCaller = field(init=False)
    _provider: Provider = field(init=False)
    _keys: ProviderKeys = field(init=False)

    def __post_init__(self) -> None:
        self._caller = ProviderCaller(self.options)
        self._provider = Provider(self._caller, self.options)
        self._keys = ProviderKeys(self._fetch_keys)

    async def address(self, state: str, pending: PendingLogin) -> str:
        """Where the browser goes to log in. Raises ProviderUnavailableError."""
        metadata = await self._provider.metadata()
        asked = {
            "response_type": "code",
            "client_id": self.options.client_id,
            "redirect_uri": self.options.redirect_uri,
            "scope": " ".join(self.options.scopes),
            "state": state,
            "nonce": pending.nonce,
            "code_challenge": challenge(pending.verifier),
            "code_challenge_method": "S256",
        }
        return str(URL(metadata.authorization_endpoint).update_query(asked))

    async def logout_address(self) -> str:
        """Where the browser can log out at the provider, too; "" when it offers that nowhere, or does not answer.

        https://openid.net/specs/openid-connect-rpinitiated-1_0.html
        """
        try:
            metadata = await self._provider.metadata()
        except ProviderUnavailableError:
            return ""
        if not metadata.end_session_endpoint:
            return ""
        asked = {"client_id": self.options.client_id, "post_logout_redirect_uri": f"{self.options.base_url}/login"}
        return str(URL(metadata.end_session_endpoint).update_query(asked))

    async def usable_keys(self) -> int:
        """How many keys the provider has for signatures: for `provenance doctor`. Raises ProviderUnavailableError."""
        return len(list(read_keys(await self._fetch_keys())))

    async def finish(self, pending: PendingLogin, *, code: str, issuer: str | None) -> Visitor:
        """Who came back. `issuer` is what the answer in the browser says of itself.

        Raises LoginRefusedError and ProviderUnavailableError.
        """
        metadata = await self._provider.metadata()
        self._require_issuer(metadata, pending, issuer)
        tokens = await self._redeem(metadata, pending, code)
        token = tokens.get("id_token")
        header = read_header(token)
        key = await self._keys.find(header.key_id, header.algorithm)
        if key is None or not isinstance(token, str):
            raise refused(LoginFlaw.TOKEN)
        wanted = TokenIsFor(self.options.issuer, self.options.client_id, pending.nonce)
        claims = verify(token, header, key, wanted)
        access = tokens.get("access_token")
        if isinstance(access, str) and access:
            require_bound(claims, access, header.algorithm)
            claims = await self._completed(metadata, claims, access)
        groups = groups_of(claims.get(self.options.groups_claim), self.options.known_groups)
        return Visitor(self.options.issuer, claims["sub"], label_of(claims["sub"], claims), groups)

    def _require_issuer(self, metadata: ProviderMetadata, pending: PendingLogin, issuer: str | None) -> None:
        """The answer is of the provider to which the browser was sent; else its code would be given to another one."""
        is_silent = issuer is None and not metadata.authorization_response_iss_parameter_supported
        if pending.issuer != self.options.issuer or (issuer != self.options.issuer and not is_silent):
            raise refused(LoginFlaw.ISSUER)

    async def _redeem(self, metadata: ProviderMetadata, pending: PendingLogin, code: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.options.redirect_uri,
            "code_verifier": pending.verifier,
        }
        headers, secret = {}, self.options.client_secret
        if secret is None:
            form["client_id"] = self.options.client_id
        elif "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
            headers["Authorization"] = _basic(self.options.client_id, secret.get_secret_value())
        else:
            form |= {"client_id": self.options.client_id, "client_secret": secret.get_secret_value()}
        status, answer = await self._caller.post(metadata.token_endpoint, form, headers)
        if status != 200:  # noqa: PLR2004 - success
            log.warning("login provider refused a code", status=status, error=str(answer.get("error"))[:100])
            raise refused(LoginFlaw.CODE)
        return answer

    async def _completed(self, metadata: ProviderMetadata, claims: dict[str, Any], access: str) -> dict[str, Any]:
        """With what the provider says of the person elsewhere, if the token does not name groups."""
        if not metadata.userinfo_endpoint or not self.options.known_groups or self.options.groups_claim in claims:
            return claims
        found = await self._caller.get(metadata.userinfo_endpoint, bearer=access)
        if found.get("sub") != claims["sub"]:
            raise refused(LoginFlaw.SUBJECT)
        return {**found, **claims}

    async def _fetch_keys(self) -> dict[str, Any]:
        return await self._caller.get((await self._provider.metadata()).jwks_uri)


def _basic(name: str, secret: str) -> str:
    """https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1: both are encoded like a form's values."""
    return "Basic " + base64.b64encode(f"{quote_plus(name)}:{quote_plus(secret)}".encode()).decode()
