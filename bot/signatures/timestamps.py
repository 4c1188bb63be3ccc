"""Timestamps of a timestamp authority (RFC 3161) over a signature.

https://www.rfc-editor.org/rfc/rfc3161
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from rfc3161_client import TimeStampResponse, VerificationError, VerifierBuilder, decode_timestamp_response

from bot.errors import MalformedError, RefusedError, UndecidableError
from bot.signatures.reason import SignatureReason
from bot.signatures.roots.root import Authority, TrustedRoot

TIMESTAMPS_MAX: Final = 32
"""Timestamps beside one signature; real ones have one."""

STAMP_MAX: Final = 16 * 1024
"""Bytes of a timestamp; real ones have 1,000 to 8,000, with the certificates of their authority."""

GRANTED: Final = 0
"""PKIStatus (RFC 3161, 2.4.2). An authority that changes the request answers with 1, and its timestamp is as good."""

_HASHES: Final[dict[str, Callable[[bytes], Any]]] = {
    "2.16.840.1.101.3.4.2.1": hashlib.sha256,
    "2.16.840.1.101.3.4.2.2": hashlib.sha384,
    "2.16.840.1.101.3.4.2.3": hashlib.sha512,
}
"""The hash functions of timestamps, by their object identifiers."""


def verify_timestamps(
    stamps: Sequence[bytes], signature: bytes, root: TrustedRoot
) -> tuple[tuple[datetime, ...], UndecidableError | None]:
    """The times (UTC) at which authorities of the root saw the signature, the earliest first.

    Beside them stands why a timestamp could not be judged: its authority is not one of the root. Raises RefusedError
    when one is about another signature or forged, MalformedError when one does not parse.
    """
    if len(stamps) > TIMESTAMPS_MAX:
        raise UndecidableError(
            SignatureReason.OVER_LIMIT, f"{len(stamps)} timestamps, TIMESTAMPS_MAX = {TIMESTAMPS_MAX} are checked"
        )
    if any(len(stamp) > STAMP_MAX for stamp in stamps):
        raise UndecidableError(SignatureReason.OVER_LIMIT, f"a timestamp has more than STAMP_MAX = {STAMP_MAX} bytes")
    times: list[datetime] = []
    problem: UndecidableError | None = None
    for stamp in stamps:
        try:
            times.append(_time(stamp, signature, root))
        except UndecidableError as error:
            problem = problem or error
    return tuple(sorted(times)), problem


def _time(stamp: bytes, signature: bytes, root: TrustedRoot) -> datetime:
    try:
        response = decode_timestamp_response(stamp)
    except ValueError as error:
        raise MalformedError("the timestamp does not parse") from error
    _require_about(response, signature)
    _require_granted(response)
    at = response.tst_info.gen_time  # always UTC
    signed_by = [authority for authority in root.timestamp_authorities if _is_signed_by(authority, response, signature)]
    if not signed_by:
        raise _not_signed(response, at, root)
    if not any(authority.period.holds(at) for authority in signed_by):
        raise UndecidableError(
            SignatureReason.UNKNOWN_TIMESTAMP_AUTHORITY,
            f"the timestamp is of {at:%Y-%m-%d}, and the trusted root {root.name} does not say that its authority was"
            " in use then",
        )
    return at


def _require_about(response: TimeStampResponse, signature: bytes) -> None:
    """Needs no trust: a timestamp names the hash of what it is about."""
    imprint = response.tst_info.message_imprint
    hashed = _HASHES.get(imprint.hash_algorithm.dotted_string)
    if hashed is None:
        raise UndecidableError(SignatureReason.UNSUPPORTED, "the timestamp's hash function is not supported")
    if hashed(signature).digest() != imprint.message:
        raise RefusedError(SignatureReason.TIMESTAMP, "the timestamp is about another signature")


def _require_granted(response: TimeStampResponse) -> None:
    """The status stands outside of what the authority signed; anything but "granted" is not checked further."""
    if response.status != GRANTED:
        raise UndecidableError(
            SignatureReason.UNSUPPORTED, f"a timestamp of status {response.status} is not supported, only granted ones"
        )


def _not_signed(response: TimeStampResponse, at: datetime, root: TrustedRoot) -> RefusedError | UndecidableError:
    """Forged when it names an authority that we know and that could sign then, else of an unknown authority."""
    named = {(signer.issuer, signer.serial_number) for signer in response.signed_data.signer_infos}
    known = [
        one.chain
        for one in root.timestamp_authorities
        if one.chain and (one.chain[0].issuer, one.chain[0].serial_number) in named
    ]
    if any(all(one.not_valid_before_utc <= at <= one.not_valid_after_utc for one in chain) for chain in known):
        return RefusedError(SignatureReason.TIMESTAMP, "the authority that the timestamp names did not sign it")
    if known:
        return UndecidableError(
            SignatureReason.UNKNOWN_TIMESTAMP_AUTHORITY,
            f"the timestamp is of {at:%Y-%m-%d}, when a certificate of its authority was not valid",
        )
    return UndecidableError(
        SignatureReason.UNKNOWN_TIMESTAMP_AUTHORITY,
        f"the timestamp is not of a timestamp authority that the trusted root {root.name} names",
    )


def _is_signed_by(authority: Authority, response: TimeStampResponse, signature: bytes) -> bool:
    if len(authority.chain) < 2:  # noqa: PLR2004 - the one who signs, and the root that it needs
        return False
    leaf, *between, root = authority.chain
    builder = VerifierBuilder().tsa_certificate(leaf).add_root_certificate(root)
    for certificate in between:
        builder = builder.add_intermediate_certificate(certificate)
    try:
        return builder.build().verify_message(response, signature)
    except (VerificationError, ValueError):
        return False
