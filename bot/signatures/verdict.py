"""From the steps' yes, no and cannot tell to the words of a `Signature`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bot.errors import MalformedError, RefusedError, UndecidableError
from bot.signatures.certificates.identity import Identity
from bot.signatures.signature import Layout, Signature, SignatureState

REASON_MAX: Final = 300
"""Characters of a reason."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What a procedure has proved. Who signed is a certificate's identity or one of the policy's keys."""

    identity: Identity | None = None
    key_name: str = ""
    signed_at: datetime | None = None
    predicate_type: str = ""


@dataclass(frozen=True, slots=True)
class SignaturePlace:
    """Where a signature was found. `digest` is what it is to speak about, `manifest` the manifest that holds it."""

    layout: Layout
    digest: str
    manifest: str


def judge(place: SignaturePlace, verify: Callable[[], Verified]) -> Signature:
    """Run a procedure. Whatever it raises ends as a verdict; nothing but a proof ends as valid."""
    try:
        return _valid(place, verify())
    except RefusedError as error:
        return _not_valid(place, SignatureState.INVALID, str(error))
    except (UndecidableError, MalformedError) as error:
        return unverifiable(place, str(error))
    except Exception as error:  # noqa: BLE001 - parsers of hostile bytes raise anything; none of it is an answer
        return _broken(place, error)
    except BaseException as error:
        if type(error).__module__ != "pyo3_runtime":  # a panic in a parser written in Rust is no Exception
            raise
        return _broken(place, error)


def unverifiable(place: SignaturePlace, reason: str) -> Signature:
    """A signature that nobody here can judge."""
    return _not_valid(place, SignatureState.UNVERIFIABLE, reason)


def _valid(place: SignaturePlace, verified: Verified) -> Signature:
    identity = verified.identity or Identity("", "")
    return Signature(
        layout=place.layout,
        digest=place.digest,
        manifest=place.manifest,
        state=SignatureState.VALID,
        identity=identity.subject,
        issuer=identity.issuer,
        predicate_type=verified.predicate_type,
        key_name=verified.key_name,
        signed_at=f"{verified.signed_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if verified.signed_at else "",
        claims=identity.claims,
    )


def _not_valid(place: SignaturePlace, state: SignatureState, reason: str) -> Signature:
    shown = reason if len(reason) <= REASON_MAX else reason[:REASON_MAX] + "…"
    return Signature(place.layout, place.digest, place.manifest, state, reason=shown)


def _broken(place: SignaturePlace, error: BaseException) -> Signature:
    return unverifiable(place, f"it could not be read ({type(error).__name__})")
