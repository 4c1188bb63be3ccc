"""Time stamps of a time-stamp authority (RFC 3161) over a signature.

https://www.rfc-editor.org/rfc/rfc3161
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from rfc3161_client import TimeStampResponse, VerificationError, VerifierBuilder, decode_timestamp_response

from bot.errors import RefusedError, UndecidableError
from bot.signatures.roots.root import Authority, TrustedRoot

TIMESTAMPS_MAX: Final = 32
"""Time stamps beside one signature; real ones have one."""


def verify_timestamps(stamps: Sequence[bytes], signature: bytes, root: TrustedRoot) -> datetime:
    """The earliest time (UTC) at which an authority of the root saw the signature.

    Raises RefusedError when all were refused, UndecidableError when the root names no authority.
    """
    if not stamps:
        raise UndecidableError("no trusted time: neither a log entry nor a time stamp")
    if not root.timestamp_authorities:
        raise UndecidableError(f"the trusted root {root.name} names no time-stamp authority")
    if len(stamps) > TIMESTAMPS_MAX:
        raise RefusedError(f"more than TIMESTAMPS_MAX = {TIMESTAMPS_MAX} time stamps")
    times = [at for stamp in stamps if (at := _verified(stamp, signature, root)) is not None]
    if not times:
        raise RefusedError("no time stamp is of a trusted authority and about this signature")
    return min(times)


def verify_unlogged(stamps: Sequence[bytes], signature: bytes, root: TrustedRoot) -> datetime:
    """The time of a signature that no transparency log took. Raises RefusedError, UndecidableError.

    A root that names such logs belongs to an instance that logs every signature: there, one without an entry is no
    proof, since nobody could have seen it.
    """
    if stamps and root.tlogs:
        raise UndecidableError(f"there is no entry of the transparency logs that the trusted root {root.name} names")
    return verify_timestamps(stamps, signature, root)


def _verified(stamp: bytes, signature: bytes, root: TrustedRoot) -> datetime | None:
    try:
        response = decode_timestamp_response(stamp)
    except ValueError:
        return None
    return next(
        (at for authority in root.timestamp_authorities if (at := _by(authority, response, signature)) is not None),
        None,
    )


def _by(authority: Authority, response: TimeStampResponse, signature: bytes) -> datetime | None:
    if len(authority.chain) < 2:  # noqa: PLR2004 - the one who signs, and the root that it needs
        return None
    leaf, *between, root = authority.chain
    builder = VerifierBuilder().tsa_certificate(leaf).add_root_certificate(root)
    for certificate in between:
        builder = builder.add_intermediate_certificate(certificate)
    try:
        builder.build().verify_message(response, signature)
    except (VerificationError, ValueError):
        return None
    at = response.tst_info.gen_time
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return at if authority.period.holds(at) else None
