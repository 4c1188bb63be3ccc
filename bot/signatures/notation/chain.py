"""Whether a Notation signature's certificates candidate to one of the trust store.

https://github.com/notaryproject/specifications/blob/main/specs/trust-store-trust-policy.md
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import ExtendedKeyUsageOID

from bot.errors import RefusedError, UndecidableError


def verify_notation_chain(
    chain: Sequence[x509.Certificate],
    trusted: Sequence[x509.Certificate],
    at: datetime,
    *,
    countersigned: bool = False,
) -> x509.Certificate:
    """The trusted certificate that ends the chain. Each is issued by the next.

    Raises RefusedError, UndecidableError when the signature is `countersigned` by a time-stamp authority, which may
    have seen it while the certificate still held, and which nobody here can check.
    """
    end = next((place for place, certificate in enumerate(chain) if certificate in trusted), None)
    if end is None:
        raise RefusedError("the certificate is not issued by any certificate of the policy")
    used = chain[: end + 1]
    for below, (issued, issuer) in enumerate(pairwise(used)):
        _require_issued(issued, issuer, below)
    _require_code_signing(used[0])
    for certificate in used:
        if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            if countersigned:
                raise UndecidableError(
                    "a certificate is no longer valid, and the time stamp beside it is not supported"
                )
            raise RefusedError(f"a certificate of the signature was not valid on {at:%Y-%m-%d}")
    return used[-1]


def _require_issued(issued: x509.Certificate, issuer: x509.Certificate, below: int) -> None:
    """`below` counts the authorities between the issuer and the one who signed."""
    try:
        issued.verify_directly_issued_by(issuer)
        basic = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = issuer.extensions.get_extension_for_class(x509.KeyUsage).value
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm, x509.ExtensionNotFound):
        raise RefusedError(_NO_CHAIN) from None
    reaches = basic.path_length is None or below <= basic.path_length
    if not (basic.ca and usage.key_cert_sign and reaches):
        raise RefusedError(_NO_CHAIN)


_NO_CHAIN: Final = "the certificates of the signature do not form a chain"


def _require_code_signing(leaf: x509.Certificate) -> None:
    try:
        usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        raise RefusedError("the certificate does not say that it is for signing") from None
    try:
        purposes = list(leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except x509.ExtensionNotFound:
        purposes = [ExtendedKeyUsageOID.CODE_SIGNING]  # the specification lets it be absent
    if not usage.digital_signature or ExtendedKeyUsageOID.CODE_SIGNING not in purposes:
        raise RefusedError("the certificate is not for signing code")
