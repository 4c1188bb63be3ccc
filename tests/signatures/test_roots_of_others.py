"""Trusted roots as other tools write them: names left out that nobody gave, more keys than we know, kinds of keys."""

import importlib
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from bot.signatures import certificates
from bot.signatures.reason import SignatureReason
from tests.private_fulcio import Signer
from tests.private_sigstore import PrivateSigstore, b64, statement
from tests.signatures.judged import DIGEST, assert_unverifiable, assert_valid, bundle


def _authority_without(*keys: str) -> Callable[[dict[str, Any]], None]:
    def change(root: dict[str, Any]) -> None:
        for key in keys:
            del root["certificateAuthorities"][0]["subject"][key]

    return change


def _without_subject(root: dict[str, Any]) -> None:
    for authority in (*root["certificateAuthorities"], *root["timestampAuthorities"]):
        del authority["subject"], authority["uri"]


def _without_address(root: dict[str, Any]) -> None:
    for log in (*root["tlogs"], *root["ctlogs"]):
        del log["baseUrl"], log["hashAlgorithm"]


def _with_more(root: dict[str, Any]) -> None:
    root["comment"] = "ours"
    root["tlogs"][0]["owner"] = root["certificateAuthorities"][0]["owner"] = "us"


def _with_nulls(root: dict[str, Any]) -> None:
    root["timestampAuthorities"] = None
    root["tlogs"][0]["publicKey"]["validFor"]["end"] = None


def _with_a_log_of(key: Any, details: str) -> Callable[[dict[str, Any]], None]:  # noqa: ANN401 - any public key
    raw = b64(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))

    def change(root: dict[str, Any]) -> None:
        other = {**root["tlogs"][0], "logId": {"keyId": b64(b"other" * 6)}}
        other["publicKey"] = {**other["publicKey"], "rawBytes": raw, "keyDetails": details}
        root["tlogs"] = [other, *root["tlogs"]]
        root["ctlogs"] = [other, *root["ctlogs"]]

    return change


WRITTEN: dict[str, Callable[[dict[str, Any]], None]] = {
    "an organisation alone, as Sigstore's scaffolding": _authority_without("commonName"),
    "a name alone": _authority_without("organization"),
    "neither": _authority_without("organization", "commonName"),
    "no subject": _without_subject,
    "no address": _without_address,
    "more than we know": _with_more,
    "null": _with_nulls,
    "another curve": _with_a_log_of(ec.generate_private_key(ec.SECP384R1()).public_key(), "PKIX_ECDSA_P384_SHA_384"),
    "Ed25519": _with_a_log_of(ed25519.Ed25519PrivateKey.generate().public_key(), "PKIX_ED25519"),
    "RSA": _with_a_log_of(rsa.generate_private_key(65537, 2048).public_key(), "PKIX_RSA_PKCS1V15_2048_SHA256"),
    "a curve that is not supported": _with_a_log_of(ec.generate_private_key(ec.SECP256K1()).public_key(), "NEW_KIND"),
    "a kind without a name": _with_a_log_of(ec.generate_private_key(ec.SECP521R1()).public_key(), "NEW_KIND"),
}


@pytest.mark.parametrize("written", WRITTEN)
def test_a_bundle_of_such_an_instance_is_valid(sigstore: PrivateSigstore, signer: Signer, written: str) -> None:
    root = sigstore.root()
    WRITTEN[written](root)
    assert_valid(bundle(sigstore.bundle(statement(DIGEST), signer), sigstore.trust(root=root)))


@pytest.mark.parametrize("written", WRITTEN)
def test_a_bundle_of_a_stranger_is_not(stranger: PrivateSigstore, sigstore: PrivateSigstore, written: str) -> None:
    root = sigstore.root()
    WRITTEN[written](root)
    made = stranger.bundle(statement(DIGEST), stranger.signer())
    assert_unverifiable(bundle(made, sigstore.trust(root=root)), SignatureReason.UNKNOWN_ISSUER)


def test_a_log_that_is_not_in_the_root_is_not_asked(stranger: PrivateSigstore, sigstore: PrivateSigstore) -> None:
    """Only the authority is ours: what we hand on holds our logs and no other."""
    root = {**sigstore.root(), "tlogs": stranger.root()["tlogs"]}
    made = sigstore.bundle(statement(DIGEST), sigstore.signer())
    assert_unverifiable(bundle(made, sigstore.trust(root=root)), SignatureReason.UNKNOWN_LOG)


@pytest.mark.filterwarnings("ignore:Attribute's length")  # making one warns, too
def test_a_country_of_three_letters_writes_nothing_to_the_terminal() -> None:
    """Sigstore's scaffolding calls its authority `C=USA`. The library warns of that each time it reads the name."""
    usa = x509.NameAttribute(NameOID.COUNTRY_NAME, "USA", _validate=False)
    instance = PrivateSigstore(more=(usa,))
    made, trust = instance.bundle(statement(DIGEST), instance.signer()), instance.trust()
    with warnings.catch_warnings(record=True) as seen:
        warnings.resetwarnings()
        warnings.simplefilter("always")
        importlib.reload(certificates)
        assert_valid(bundle(made, trust))
    assert [str(one.message) for one in seen] == []
