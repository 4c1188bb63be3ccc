"""The token with which Pub/Sub proves where a push comes from: a JWT that Google signed for one account.

https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions
https://datatracker.ietf.org/doc/html/rfc8725 (what goes wrong with JWTs)

Anybody may have Google sign a token for any audience. So the audience alone proves nothing: the account's address must
be the configured one, and verified (CVE-2026-40109).
"""

import re
from typing import TYPE_CHECKING, Any, Final, cast

from msgspec import Struct

from bot.errors import ForgedError, MalformedError
from bot.oci.documents import parse_plain
from handlers.webhooks.delivery import Delivery, same
from handlers.webhooks.proof import SourceTrust

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

ALGORITHM: Final = "RS256"
"""The only one: the token does not choose how it is verified."""

ISSUERS: Final = ("https://accounts.google.com", "accounts.google.com")

TOKEN_MAX: Final = 4096
"""Characters; real ones have about 1,000."""

LEEWAY: Final = 60
"""Seconds that clocks may be apart."""

_SHAPE: Final = re.compile(r"([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)


class GoogleToken(Struct, frozen=True):
    """`Authorization: Bearer <JWT>`; the source names account and audience."""

    @property
    def needs(self) -> frozenset[str]:
        """What a token is compared with."""
        return frozenset({"account", "audience"})

    @property
    def shown(self) -> str:
        """For the table in docs/webhooks.md."""
        return "token of a service account, signed by Google"

    async def verify(self, delivery: Delivery, trust: SourceTrust) -> None:
        """Raises ForgedError, or UnverifiableDeliveryError while Google's keys cannot be fetched."""
        scheme, _, token = delivery.header("Authorization").partition(" ")
        if scheme != "Bearer" or trust.keys is None:
            raise ForgedError("the token is missing")
        key = await trust.keys.find(key_id(token))
        if key is None:
            raise ForgedError("no key of Google has that id")
        _require(_claims(token, cast("RSAPublicKey", key), trust.audience), trust)


def key_id(token: str) -> str:
    """Which key signed it, by its own words. Raises ForgedError for what is not a token of the one kind."""
    from jwt.utils import base64url_decode  # noqa: PLC0415 - heavy, and only for a source of Google's

    match = _SHAPE.fullmatch(token) if len(token) <= TOKEN_MAX else None
    if match is None:
        raise ForgedError("not a token")
    try:
        header = parse_plain(base64url_decode(match[1]), what="the token")
    except (MalformedError, ValueError):
        raise ForgedError("the token does not read") from None
    # Keys beyond these would name other keys, other algorithms, or extensions that must be understood.
    if not isinstance(header, dict) or not header.keys() <= {"alg", "kid", "typ"} or header.get("alg") != ALGORITHM:
        raise ForgedError("the token's header is not one of Google's")
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise ForgedError("the token names no key")
    return kid


def _claims(token: str, key: "RSAPublicKey", audience: str) -> dict[str, Any]:
    import jwt  # noqa: PLC0415 - as above

    try:
        return jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=audience,
            issuer=ISSUERS,
            leeway=LEEWAY,
            options={"require": ["exp", "iat", "aud", "iss"], "strict_aud": True},
        )
    except jwt.PyJWTError:
        raise ForgedError("the token does not verify") from None


def _require(claims: dict[str, Any], trust: SourceTrust) -> None:
    email = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(email, str) or not same(email, trust.account):
        raise ForgedError("the token is not of the configured account")
