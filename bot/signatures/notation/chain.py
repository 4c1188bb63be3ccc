"""Whether a Notation signature's certificates lead to one of the trust store.

https://github.com/notaryproject/specifications/blob/main/specs/trust-store-trust-policy.md
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from bot.errors import RefusedError, UndecidableError
from bot.signatures.reason import SignatureReason

_READ: Final = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.NAME_CONSTRAINTS,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,  # the signer is named by the subject alone
        ExtensionOID.CERTIFICATE_POLICIES,
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
        ExtensionOID.SUBJECT_KEY_IDENTIFIER,
    }
)
"""What may be called critical. RFC 5280, 4.2: a certificate with anything else that is critical is not accepted."""

_OTHER_PURPOSES: Final = frozenset(
    {
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
        ExtendedKeyUsageOID.SERVER_AUTH,
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
        ExtendedKeyUsageOID.TIME_STAMPING,
    }
)
"""What the specification forbids to a certificate that signs."""


def verify_notation_chain(
    chain: Sequence[x509.Certificate],
    trusted: Sequence[x509.Certificate],
    at: datetime,
    *,
    countersigned: bool = False,
) -> x509.Certificate:
    """The first trusted certificate of the chain, in which each is issued by the next.

    Raises RefusedError, and UndecidableError when none of them is trusted, or when the signature is `countersigned` by
    a timestamp authority: it may have seen the signature while the certificate was valid, and we cannot check that.
    """
    end = next((place for place, certificate in enumerate(chain) if certificate in trusted), None)
    used = chain if end is None else chain[: end + 1]
    for below, (issued, issuer) in enumerate(pairwise(used)):
        _require_issued(issued, issuer, below)
    if end is None:
        raise UndecidableError(
            SignatureReason.UNKNOWN_ISSUER, "the certificate is not issued by any certificate of the policy"
        )
    _require_code_signing(used[0])
    for certificate in used:
        _require_understood(certificate)
    for certificate in used:
        if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            if countersigned:
                raise UndecidableError(
                    SignatureReason.NO_TRUSTED_TIME,
                    "a certificate is no longer valid, and the timestamp beside it is not supported",
                )
            raise RefusedError(
                SignatureReason.CERTIFICATE_TIME, f"a certificate of the signature was not valid on {at:%Y-%m-%d}"
            )
    return used[-1]


def _require_issued(issued: x509.Certificate, issuer: x509.Certificate, below: int) -> None:
    """`below` counts the authorities between the issuer and the one who signed."""
    try:
        issued.verify_directly_issued_by(issuer)
        basic = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = issuer.extensions.get_extension_for_class(x509.KeyUsage).value
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm, x509.ExtensionNotFound):
        raise RefusedError(SignatureReason.CERTIFICATE_CHAIN, _NO_CHAIN) from None
    reaches = basic.path_length is None or below <= basic.path_length
    if not (basic.ca and usage.key_cert_sign and reaches):
        raise RefusedError(SignatureReason.CERTIFICATE_CHAIN, _NO_CHAIN)


_NO_CHAIN: Final = "the certificates of the signature do not form a chain"


def _require_understood(certificate: x509.Certificate) -> None:
    """What a certificate restricts in a way that is not checked may forbid this very signer."""
    for extension in certificate.extensions:
        if extension.critical and extension.oid not in _READ:
            raise UndecidableError(
                SignatureReason.UNSUPPORTED,
                f"a certificate has the critical extension {extension.oid.dotted_string}, which is not supported",
            )
        if isinstance(extension.value, x509.NameConstraints) and _is_about_subjects(extension.value):
            raise UndecidableError(
                SignatureReason.UNSUPPORTED,
                "a certificate restricts the names of those below it, and that is not supported",
            )


def _is_about_subjects(constraints: x509.NameConstraints) -> bool:
    named = (*(constraints.permitted_subtrees or ()), *(constraints.excluded_subtrees or ()))
    return any(isinstance(one, x509.DirectoryName) for one in named)


def _require_code_signing(leaf: x509.Certificate) -> None:
    try:
        usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        raise RefusedError(
            SignatureReason.CERTIFICATE_USAGE, "the certificate does not say that it is for signing"
        ) from None
    try:
        purposes = list(leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except x509.ExtensionNotFound:
        purposes = [ExtendedKeyUsageOID.CODE_SIGNING]  # the specification lets it be absent
    is_for_code = ExtendedKeyUsageOID.CODE_SIGNING in purposes and _OTHER_PURPOSES.isdisjoint(purposes)
    if not usage.digital_signature or not is_for_code or _is_authority(leaf):
        raise RefusedError(SignatureReason.CERTIFICATE_USAGE, "the certificate is not for signing code alone")


def _is_authority(leaf: x509.Certificate) -> bool:
    try:
        return leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False
