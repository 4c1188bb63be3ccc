"""Whether a Notation signature's certificates lead to one of the trust store.

https://github.com/notaryproject/specifications/blob/main/specs/trust-store-trust-policy.md
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import ExtendedKeyUsageOID

from bot.errors import RefusedError


def verify_notation_chain(
    chain: Sequence[x509.Certificate],
    trusted: Sequence[x509.Certificate],
    at: datetime,
) -> x509.Certificate:
    """The trusted certificate that ends the chain. Each is issued by the next. Raises RefusedError."""
    end = next((place for place, certificate in enumerate(chain) if certificate in trusted), None)
    if end is None:
        raise RefusedError("the certificate is not issued by any certificate of the policy")
    used = chain[: end + 1]
    for issued, issuer in pairwise(used):
        _require_issued(issued, issuer)
    for certificate in used:
        if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            raise RefusedError(f"a certificate of the signature was not valid on {at:%Y-%m-%d}")
    _require_code_signing(used[0])
    return used[-1]


def _require_issued(issued: x509.Certificate, issuer: x509.Certificate) -> None:
    try:
        issued.verify_directly_issued_by(issuer)
        authority = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm, x509.ExtensionNotFound):
        authority = False
    if not authority:
        raise RefusedError("the certificates of the signature do not form a chain")


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
