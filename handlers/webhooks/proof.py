"""How senders prove where a delivery comes from. Everything is compared in constant time.

A proof raises ForgedError and says nothing more: whoever guesses learns nothing from the answer.
"""

import base64
import binascii
import hmac
from typing import Final, Literal, Protocol

from msgspec import Struct
from pydantic import Field

from bot.errors import ForgedError, MalformedDeliveryError
from bot.values import Hiding
from handlers.webhooks.delivery import Delivery, Payload, same

TEMPLATE_MAX: Final = 64 * 1024
"""Bytes of a body in which a secret or a form's payload is looked for before anything is verified; real ones have 1 to
10 KB."""

SECRET: Final = frozenset({"secret"})


class PublicKey(Protocol):
    """A key that verifies signatures; opaque to all but its own proof."""


class PublicKeys(Protocol):
    """The keys with which a sender's tokens are signed, by their ids."""

    async def find(self, key_id: str) -> PublicKey | None:
        """The key, or None when there is none of that id. Raises UnverifiableDeliveryError when nobody can say."""


class SourceTrust(Hiding, Struct, frozen=True):
    """What deliveries of a source are verified against. All of it comes from the settings, nothing from a payload."""

    HIDDEN = frozenset({"secret"})

    secret: str = ""
    account: str = ""
    audience: str = ""
    keys: PublicKeys | None = None


class OriginProof(Protocol):
    """One way to prove origin. `needs` are the keys of a source that it is verified against."""

    @property
    def needs(self) -> frozenset[str]: ...  # noqa: D102

    @property
    def shown(self) -> str:
        """For the table in docs/webhooks.md."""

    async def verify(self, delivery: Delivery, trust: SourceTrust) -> None:
        """Raises ForgedError, or UnverifiableDeliveryError when it cannot be verified now."""


class NoSuchHookError(ForgedError):
    """Wrong path secret. Answered with the same 404 as an unknown source, so that there is nothing to probe."""


class TemplateSecret(Payload):
    """The one key of a custom body template that proves where it comes from."""

    secret: str = Field(default="", repr=False)


class SecretInPath(Struct, frozen=True):
    """For senders that can neither sign nor send a header. `in_body`: or the body's `secret`, when the path has none.

    The body is looked at in any case, so that sources of all kinds, and unknown ones, take the same time.
    """

    in_body: bool = False

    @property
    def needs(self) -> frozenset[str]:
        """The secret."""
        return SECRET

    @property
    def shown(self) -> str:
        """For the table in docs/webhooks.md."""
        return "secret in the path" + (", or `secret` in the body" if self.in_body else "")

    async def verify(self, delivery: Delivery, trust: SourceTrust) -> None:
        """Raises NoSuchHookError."""
        told = delivery.path_secret or _told_in_body(delivery)
        is_allowed = self.in_body or bool(delivery.path_secret)
        if not (same(told, trust.secret) & is_allowed):
            raise NoSuchHookError("no such hook")


UNKNOWN: Final = SourceTrust(secret="0" * 43)
"""What a delivery to an unknown source is compared with."""


def _told_in_body(delivery: Delivery) -> str:
    if len(delivery.body) > TEMPLATE_MAX:
        return ""
    try:
        return delivery.read(TemplateSecret).secret
    except MalformedDeliveryError:
        return ""


class SecretInHeader(Struct, frozen=True):
    """A header that holds the secret; Authorization may hold it behind Bearer, or as the password behind Basic."""

    name: str

    @property
    def needs(self) -> frozenset[str]:
        """The secret."""
        return SECRET

    @property
    def shown(self) -> str:
        """For the table in docs/webhooks.md."""
        return f"secret in `{self.name}`"

    async def verify(self, delivery: Delivery, trust: SourceTrust) -> None:
        """Raises ForgedError."""
        given, secret = delivery.header(self.name), trust.secret
        is_plain = same(given, secret)
        if self.name == "Authorization":
            scheme, _, rest = given.partition(" ")
            scheme, rest = scheme.lower(), rest.lstrip(" ")  # RFC 9110, sections 11.1 and 11.4
            is_plain |= same(rest if scheme == "bearer" else "", secret)
            is_plain |= same(_password(rest if scheme == "basic" else ""), secret)
        if not is_plain:
            raise ForgedError("the header does not hold the secret")


def _password(encoded: str) -> str:
    try:
        decoded = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return decoded.decode("utf-8", "surrogateescape").partition(":")[2]


class SignedBody(Struct, frozen=True):
    """An HMAC over the raw body, in lower-case hexadecimal behind `prefix`; exactly one such header.

    `in_forms`: of a form, the sender signs the payload alone.
    """

    name: str
    algorithm: Literal["sha1", "sha256"] = "sha256"
    prefix: str = ""
    in_forms: bool = False

    @property
    def needs(self) -> frozenset[str]:
        """The secret."""
        return SECRET

    @property
    def shown(self) -> str:
        """For the table in docs/webhooks.md."""
        return f"HMAC-{self.algorithm.upper()} in `{self.name}`"

    def signature(self, body: bytes, secret: str) -> str:
        """The header's value for that body."""
        return self.prefix + hmac.new(secret.encode(), body, self.algorithm).hexdigest()

    async def verify(self, delivery: Delivery, trust: SourceTrust) -> None:
        """Raises ForgedError."""
        signed = delivery.content if self.in_forms and len(delivery.body) <= TEMPLATE_MAX else delivery.body
        if not same(delivery.header(self.name), self.signature(signed, trust.secret)):
            raise ForgedError("the signature does not match")


class AnyOf(Struct, frozen=True):
    """One of several proofs with the same secret; all are tried, so that each answer takes the same time."""

    proofs: tuple[OriginProof, ...]

    @property
    def needs(self) -> frozenset[str]:
        """All that they need."""
        return frozenset().union(*(proof.needs for proof in self.proofs))

    @property
    def shown(self) -> str:
        """For the table in docs/webhooks.md."""
        return " or ".join(proof.shown for proof in self.proofs)

    async def verify(self, delivery: Delivery, trust: SourceTrust) -> None:
        """Raises ForgedError when none holds."""
        if True not in [await _holds(proof, delivery, trust) for proof in self.proofs]:
            raise ForgedError("no proof holds")


async def _holds(proof: OriginProof, delivery: Delivery, trust: SourceTrust) -> bool:
    try:
        await proof.verify(delivery, trust)
    except ForgedError:
        return False
    return True
