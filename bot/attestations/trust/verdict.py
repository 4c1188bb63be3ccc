"""From the steps' yes, no and cannot tell to the words of a `Signature`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bot.attestations.signature import Layout, Signature, SignatureState
from bot.attestations.trust.identity import Identity
from bot.errors import MalformedError, RefusedError, UndecidableError

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
class Place:
    """Where a signature was found. `digest` is what it is to speak about, `carrier` the manifest that holds it."""

    layout: Layout
    digest: str
    carrier: str


def judge(place: Place, verify: Callable[[], Verified], *, predicate_type: str = "") -> Signature:
    """Run a procedure. Whatever it raises ends as a verdict; nothing but a proof ends as valid.

    `predicate_type` is what an unproved statement claims to be, shown beside the reason.
    """
    try:
        return _valid(place, verify())
    except RefusedError as error:
        return _not_valid(place, SignatureState.INVALID, str(error), predicate_type)
    except (UndecidableError, MalformedError) as error:
        return _not_valid(place, SignatureState.UNVERIFIABLE, str(error), predicate_type)
    except Exception as error:  # noqa: BLE001 - parsers of hostile bytes raise anything; none of it is an answer
        return _broken(place, error, predicate_type)
    except BaseException as error:
        if type(error).__module__ != "pyo3_runtime":  # a panic in a parser written in Rust is no Exception
            raise
        return _broken(place, error, predicate_type)


def unverifiable(place: Place, reason: str, *, predicate_type: str = "") -> Signature:
    """A signature that nobody here can judge."""
    return _not_valid(place, SignatureState.UNVERIFIABLE, reason, predicate_type)


def _valid(place: Place, verified: Verified) -> Signature:
    identity = verified.identity or Identity("", "")
    return Signature(
        layout=place.layout,
        digest=place.digest,
        carrier=place.carrier,
        state=SignatureState.VALID,
        identity=identity.subject,
        issuer=identity.issuer,
        predicate_type=verified.predicate_type,
        key_name=verified.key_name,
        signed_at=f"{verified.signed_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if verified.signed_at else "",
        claims=identity.claims,
    )


def _not_valid(place: Place, state: SignatureState, reason: str, predicate_type: str) -> Signature:
    return Signature(
        place.layout,
        place.digest,
        place.carrier,
        state,
        reason=reason if len(reason) <= REASON_MAX else reason[:REASON_MAX] + "…",
        predicate_type=predicate_type,
    )


def _broken(place: Place, error: BaseException, predicate_type: str) -> Signature:
    reason = f"it could not be read ({type(error).__name__})"
    return _not_valid(place, SignatureState.UNVERIFIABLE, reason, predicate_type)
