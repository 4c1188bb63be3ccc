"""Whether a signing certificate comes from a trusted authority and was valid when it signed.

https://github.com/sigstore/fulcio/blob/main/docs/certificate-specification.md
"""

from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509 import ExtendedKeyUsage, KeyUsage
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from cryptography.x509.verification import Criticality, ExtensionPolicy, PolicyBuilder, Store, VerificationError

from bot.errors import RefusedError, UndecidableError
from bot.signatures.reason import SignatureReason
from bot.signatures.roots.root import Trust, TrustedRoot

GITHUB: Final = "GitHub, Inc."

ROTATION: Final = timedelta(days=150)
"""GitHub's private instance renews its authority about twice a year: a root older than that may lack the newest."""


def roots_of(leaf: x509.Certificate, trust: Trust) -> tuple[TrustedRoot, ...]:
    """The trusted roots whose authorities signed the certificate; at least one.

    Raises UndecidableError when no root names its issuer, RefusedError when it names one that did not sign it.
    """
    if not trust.roots:
        raise UndecidableError(SignatureReason.NO_ROOT, trust.problem or "no trusted root is configured")
    found = tuple(root for root in trust.roots if any(_issued(authority, leaf) for authority in _certificates(root)))
    if found:
        return found
    raise _outside(leaf, trust.roots)


def verify_chain(leaf: x509.Certificate, root: TrustedRoot, at: datetime) -> x509.Certificate:
    """The issuer of the certificate, after checking the chain at that time. Raises RefusedError."""
    if not leaf.not_valid_before_utc <= at <= leaf.not_valid_after_utc:
        raise RefusedError(
            SignatureReason.CERTIFICATE_TIME,
            f"the certificate was not valid at the time of signing, {at:%Y-%m-%dT%H:%M:%SZ}",
        )
    anchors = [one for authority in root.authorities if authority.period.holds(at) for one in authority.chain]
    if not anchors:
        raise RefusedError(
            SignatureReason.CERTIFICATE_CHAIN,
            f"no authority of the trusted root {root.name} was in use at the time of signing",
        )
    issuer = _build(leaf, anchors, at)
    _require_code_signing(leaf)
    return issuer


def _build(leaf: x509.Certificate, anchors: list[x509.Certificate], at: datetime) -> x509.Certificate:
    # The library's defaults are those of web servers and clients; signing certificates have another extended key
    # usage, which is checked below.
    authority = ExtensionPolicy.webpki_defaults_ca().may_be_present(ExtendedKeyUsage, Criticality.AGNOSTIC, None)
    signer = ExtensionPolicy.webpki_defaults_ee().may_be_present(ExtendedKeyUsage, Criticality.AGNOSTIC, None)
    builder = PolicyBuilder().store(Store(anchors)).time(at)
    builder = builder.extension_policies(ca_policy=authority, ee_policy=signer)
    try:
        return builder.build_client_verifier().verify(leaf, []).chain[1]
    except VerificationError as error:
        raise RefusedError(
            SignatureReason.CERTIFICATE_CHAIN,
            "the certificate has no valid chain to the trusted root at the time of signing",
        ) from error
    except (x509.UnsupportedGeneralNameType, ValueError, IndexError) as error:
        raise UndecidableError(
            SignatureReason.UNSUPPORTED, "the certificate's chain holds something that is not supported"
        ) from error


def _require_code_signing(leaf: x509.Certificate) -> None:
    try:
        usage = leaf.extensions.get_extension_for_class(KeyUsage).value
        purposes = leaf.extensions.get_extension_for_class(ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        raise RefusedError(
            SignatureReason.CERTIFICATE_USAGE, "the certificate does not say that it is for signing code"
        ) from None
    if not usage.digital_signature or ExtendedKeyUsageOID.CODE_SIGNING not in purposes:
        raise RefusedError(SignatureReason.CERTIFICATE_USAGE, "the certificate is not for signing code")


def _outside(leaf: x509.Certificate, roots: tuple[TrustedRoot, ...]) -> RefusedError | UndecidableError:
    """Forged when it names the very key of an authority that we know; else of an authority that we do not know."""
    namesakes = [root for root in roots if any(one.subject == leaf.issuer for one in _certificates(root))]
    if any(_names(leaf, one) for root in namesakes for one in _certificates(root)):
        return RefusedError(
            SignatureReason.CERTIFICATE_FORGED,
            "the certificate names a trusted authority as its issuer, which did not sign it",
        )
    if _organisation(leaf.issuer) == GITHUB and not namesakes:
        return UndecidableError(
            SignatureReason.UNKNOWN_ISSUER,
            "the certificate says it is of GitHub's private Sigstore, whose root is not configured",
        )
    if any(_may_be_old(root, leaf) for root in namesakes):
        return UndecidableError(
            SignatureReason.OUTDATED_ROOT,
            "the certificate is newer than the trusted root; the root may be out of date",
        )
    return UndecidableError(
        SignatureReason.UNKNOWN_ISSUER, "the certificate is not issued by any authority of the trusted roots"
    )


def _names(leaf: x509.Certificate, authority: x509.Certificate) -> bool:
    """Whether the certificate names this authority's key, not only its name: instances share names."""
    if authority.subject != leaf.issuer:
        return False
    try:
        named = leaf.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
        known = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except (x509.ExtensionNotFound, ValueError):
        return False
    return named == known


def _may_be_old(root: TrustedRoot, leaf: x509.Certificate) -> bool:
    born = leaf.not_valid_before_utc
    periods = [authority.period for authority in root.authorities]
    if not any(period.end is None or born <= period.end for period in periods):
        return True
    newest = max(period.start for period in periods)
    return _organisation(leaf.issuer) == GITHUB and born > newest + ROTATION


def _certificates(root: TrustedRoot) -> list[x509.Certificate]:
    return [certificate for authority in root.authorities for certificate in authority.chain]


def _issued(authority: x509.Certificate, leaf: x509.Certificate) -> bool:
    try:
        leaf.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _organisation(name: x509.Name) -> str:
    return next((str(part.value) for part in name.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)), "")
