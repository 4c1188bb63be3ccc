"""From the steps' answers to the verdict in a `Signature`: valid, invalid, or unverifiable, with code and sentence."""

from collections.abc import Callable
from datetime import UTC
from typing import Final

from msgspec import Struct

from bot.errors import MalformedError, OverLimitError, RefusedError, SignatureError
from bot.signatures.certificates.identity import Identity
from bot.signatures.pipeline import Verified
from bot.signatures.reason import SignatureReason
from bot.signatures.signature import Layout, Signature, SignatureState

REASON_MAX: Final = 300
"""Characters of a reason."""


class SignaturePlace(Struct, frozen=True):
    """Where a signature was found. `digest` is what it should speak about, `manifest` the manifest that holds it."""

    layout: Layout
    digest: str
    manifest: str


def judge(place: SignaturePlace, verify: Callable[[], Verified]) -> Signature:
    """Run a procedure. Whatever it raises ends as a verdict; only a proof ends as valid."""
    try:
        return _valid(place, verify())
    except SignatureError as error:
        state = SignatureState.INVALID if isinstance(error, RefusedError) else SignatureState.UNVERIFIABLE
        return _not_valid(place, state, SignatureReason(error.code), str(error))
    except MalformedError as error:
        code = SignatureReason.OVER_LIMIT if isinstance(error, OverLimitError) else SignatureReason.MALFORMED
        return unverifiable(place, code, str(error))
    except Exception as error:  # noqa: BLE001 - parsers of hostile bytes raise anything; none of it is a verdict
        return _broken(place, error)
    except BaseException as error:
        if type(error).__module__ != "pyo3_runtime":  # a panic in a parser written in Rust is not an Exception
            raise
        return _broken(place, error)


def unverifiable(place: SignaturePlace, code: SignatureReason, reason: str) -> Signature:
    """A signature that could not be judged."""
    return _not_valid(place, SignatureState.UNVERIFIABLE, code, reason)


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


def _not_valid(place: SignaturePlace, state: SignatureState, code: SignatureReason, reason: str) -> Signature:
    shown = reason if len(reason) <= REASON_MAX else reason[:REASON_MAX] + "…"
    return Signature(place.layout, place.digest, place.manifest, state, reason=shown, code=code)


def _broken(place: SignaturePlace, error: BaseException) -> Signature:
    return unverifiable(place, SignatureReason.ERROR, f"it could not be read ({type(error).__name__})")
