"""The ID token: a JWT with which the provider says who logged in, to whom it says so, and for which login.

https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
https://www.rfc-editor.org/rfc/rfc8725 (what goes wrong with JWTs)
"""

import base64
import hashlib
import hmac
import re
import time
from typing import Any, Final

from msgspec import Struct

from bot.errors import MalformedError
from bot.login.flaw import LoginFlaw, refused
from bot.login.keys import ALGORITHMS, ProviderKey
from bot.login.visitor import SUBJECT_MAX
from bot.oci.documents import parse_plain
from bot.values import Hiding

TOKEN_MAX: Final = 64 * 1024
"""Characters; one with 200 groups has some 10,000."""

LEEWAY: Final = 60
"""Seconds that clocks may be apart."""

AGE_MAX: Final = 600
"""Seconds since it was issued: it is fetched at once, and a login has to end in ten minutes."""

_SHAPE: Final = re.compile(r"([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)
_KNOWN: Final = frozenset(name for names in ALGORITHMS.values() for name in names)


class TokenHeader(Struct, frozen=True):
    """Which key signed it and how, by its own words; `key_id` is "" if it names none."""

    algorithm: str
    key_id: str


def read_header(token: object) -> TokenHeader:
    """Raises LoginRefusedError for what is not a token, or not signed with a public key."""
    from jwt.utils import base64url_decode  # noqa: PLC0415 - heavy, and only for those who log in

    match = _SHAPE.fullmatch(token) if isinstance(token, str) and len(token) <= TOKEN_MAX else None
    if match is None:
        raise refused(LoginFlaw.TOKEN)
    try:
        header = parse_plain(base64url_decode(match[1]), what="the token")
    except (MalformedError, ValueError):
        raise refused(LoginFlaw.TOKEN) from None
    if not isinstance(header, dict) or "crit" in header:
        raise refused(LoginFlaw.TOKEN)
    algorithm, key_id = header.get("alg"), header.get("kid", "")
    if not isinstance(algorithm, str) or algorithm not in _KNOWN or not isinstance(key_id, str):
        raise refused(LoginFlaw.TOKEN)
    return TokenHeader(algorithm, key_id)


class TokenIsFor(Hiding, Struct, frozen=True):
    """What a token must say: by whom, to whom, in which login."""

    HIDDEN = frozenset({"nonce"})

    issuer: str
    client_id: str
    nonce: str


def verify(token: str, header: TokenHeader, key: ProviderKey, wanted: TokenIsFor) -> dict[str, Any]:
    """The claims. Raises LoginRefusedError unless this provider says them to this client, in this login, now."""
    claims, client_id, nonce = _signed(token, header, key, wanted), wanted.client_id, wanted.nonce
    if not isinstance(claims["iat"], int | float) or time.time() - claims["iat"] > AGE_MAX + LEEWAY:
        raise refused(LoginFlaw.EXPIRED)
    if not (isinstance(claims["nonce"], str) and hmac.compare_digest(claims["nonce"].encode(), nonce.encode())):
        raise refused(LoginFlaw.NONCE)
    audience, party = claims["aud"], claims.get("azp")
    others = isinstance(audience, list) and any(one != client_id for one in audience)
    if party not in (None, client_id) or (others and party is None):
        raise refused(LoginFlaw.AUDIENCE)
    subject = claims["sub"]
    if not isinstance(subject, str) or not subject.strip() or len(subject) > SUBJECT_MAX:
        raise refused(LoginFlaw.SUBJECT)
    return claims


def _signed(token: str, header: TokenHeader, key: ProviderKey, wanted: TokenIsFor) -> dict[str, Any]:
    import jwt  # noqa: PLC0415 - as above
    from jwt.exceptions import InvalidSubjectError  # noqa: PLC0415

    required = ["exp", "iat", "aud", "iss", "sub", "nonce"]
    try:
        claims = jwt.decode(
            token,
            key.key,
            algorithms=[header.algorithm],
            audience=wanted.client_id,
            issuer=wanted.issuer,
            leeway=LEEWAY,
            options={"require": required},
        )
        # Neither NaN nor halves of characters, which Python's json lets through.
        parse_plain(jwt.utils.base64url_decode(token.split(".")[1]), what="the token")
    except (jwt.ExpiredSignatureError, jwt.ImmatureSignatureError):
        raise refused(LoginFlaw.EXPIRED) from None
    except jwt.InvalidAudienceError:
        raise refused(LoginFlaw.AUDIENCE) from None
    except jwt.InvalidIssuerError:
        raise refused(LoginFlaw.ISSUER) from None
    except InvalidSubjectError:
        raise refused(LoginFlaw.SUBJECT) from None
    except (jwt.PyJWTError, MalformedError, ValueError, TypeError):
        raise refused(LoginFlaw.TOKEN) from None
    return claims


def require_bound(claims: dict[str, Any], access_token: str, algorithm: str) -> None:
    """The access token is the one that was issued with these claims, if they say it (at_hash).

    Raises LoginRefusedError.
    """
    told, bits = claims.get("at_hash"), algorithm[2:]
    if told is None or not bits.isdigit():  # EdDSA names no hash
        return
    digest = hashlib.new(f"sha{bits}", access_token.encode()).digest()
    wanted = base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
    if not isinstance(told, str) or not hmac.compare_digest(told.encode(errors="replace"), wanted.encode()):
        raise refused(LoginFlaw.TOKEN)
