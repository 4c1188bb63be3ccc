"""How a signature is verified: the same steps for every layout, with three slots for what differs.

    content   what was signed, and what it is about              (dsse.py, cosign/layer.py, bundles/signed.py, …)
    key       who signed: a certificate, a key of the policy     (signers.py, notation/signer.py)
    time      when: log entry, inclusion proof, timestamps       (signing_time.py)

A layout's file fills the slots; it decides nothing. A step that fails raises RefusedError, one that cannot be done
raises UndecidableError, and both bear a SignatureReason.

The steps that need no trust come first. So whatever refutes itself (a changed payload, another digest, a foreign log
entry) is `invalid` whoever signed it, and only what holds in itself can be `unverifiable` for want of a root.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from msgspec import Struct, field

from bot.signatures.certificates.identity import Identity
from bot.signatures.checked import CheckedSignature
from bot.signatures.keys import PublicKey, Verifier
from bot.signatures.roots.root import Trust, TrustedRoot
from bot.signatures.signing_time import NO_TIME, Time

Held = Callable[[TrustedRoot], datetime]


class Verified(Struct, frozen=True):
    """What was proved. Who signed is a certificate's identity or one of the policy's keys."""

    identity: Identity | None = None
    key_name: str = ""
    signed_at: datetime | None = None
    predicate_type: str = ""


class Signed(Struct, frozen=True):
    """The outcome of the first step: the signature fits this certificate or key."""

    checked: CheckedSignature
    verifier: Verifier
    key_name: str = ""


class Proved(Struct, frozen=True):
    """Whom a certificate names, None for a key; and a trusted time, None where none is needed."""

    identity: Identity | None = None
    signed_at: datetime | None = None


class SignedContent(Protocol):
    """Slot one: what was signed."""

    def check(self, key: PublicKey) -> CheckedSignature:
        """Check the signature over the content with that key. Raises RefusedError, UndecidableError."""

    def about(self, checked: CheckedSignature, digest: str) -> str:
        """The predicate type, "" for an image signature, once it is about that digest. Raises RefusedError."""


class Key(Protocol):
    """Slot two: who signed."""

    def check(self, content: SignedContent, trust: Trust) -> Signed:
        """Check the signature with the certificate's key, or with the policy's keys."""

    def prove(self, held: Held, trust: Trust) -> Proved:
        """Run steps five to seven with the roots that may vouch for the signer. Raises as `verify` does."""

    def require_valid(self, times: tuple[datetime, ...], root: TrustedRoot) -> None:
        """Check that the signer was trusted at each of these times."""


def _agree(root: TrustedRoot) -> None:
    """No second opinion is asked for."""


class Procedure(Struct, frozen=True):
    """One signature with its slots filled. `second_opinion` raises when another implementation does not agree."""

    content: SignedContent
    key: Key
    time: Time = NO_TIME
    second_opinion: Callable[[TrustedRoot], None] = field(default=_agree)


def verify(procedure: Procedure, digest: str, trust: Trust) -> Verified:
    """Verify a signature and that it is about that digest. Raises RefusedError, UndecidableError, MalformedError."""
    # 1. The signature fits the key and the content.
    signed = procedure.key.check(procedure.content, trust)
    # 2. The content is about the digest. No library compares that for us.
    predicate_type = procedure.content.about(signed.checked, digest)
    # 3. The log entry is about this signature, this signer and this content (CVE-2022-36056).
    procedure.time.bind(signed.checked, signed.verifier)

    def held(root: TrustedRoot) -> datetime:
        # 5. Every statement about the time is checked, also where one would do.
        times = procedure.time.times(signed.checked, root)
        # 6. The signer was trusted at each of these times.
        procedure.key.require_valid(times, root)
        # 7. Where there is another implementation, it agrees.
        procedure.second_opinion(root)
        return times[0]

    # 4. There is a trusted root that may vouch for the signer.
    proved = procedure.key.prove(held, trust)
    return Verified(proved.identity, signed.key_name, proved.signed_at, predicate_type)
