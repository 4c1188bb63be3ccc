"""Cosign's older keyless layout: it holds, and every way in which it may be spoilt is refused for its own reason."""

import json
from base64 import b64decode
from datetime import timedelta
from typing import Any

import pytest

from bot.signatures.reason import SignatureReason
from bot.signatures.roots.root import Trust
from tests.private_fulcio import ISSUER, NOW, WORKFLOW, Signer
from tests.private_sigstore import PrivateSigstore, b64, simple_signing, statement
from tests.signatures.judged import DIGEST, OTHER, assert_invalid, assert_unverifiable, assert_valid, layer

BUNDLE = "dev.sigstore.cosign/bundle"
SIGNATURE = "dev.cosignproject.cosign/signature"
CERTIFICATE = "dev.sigstore.cosign/certificate"
SLSA = "https://slsa.dev/provenance/v1"


@pytest.fixture
def made(sigstore: PrivateSigstore, signer: Signer) -> dict[str, Any]:
    return sigstore.sig_layer(DIGEST, signer)


def test_an_image_signature_holds_and_says_who(sigstore: PrivateSigstore, made: dict[str, Any]) -> None:
    signature = layer(made, sigstore.trust())
    assert_valid(signature)
    assert (signature.identity, signature.issuer) == (WORKFLOW, ISSUER)
    assert signature.signed_at == "2026-03-01T12:00:00Z"
    assert signature.predicate_type == ""


@pytest.mark.parametrize("kind", ["dsse/0.0.1", "intoto/0.0.1", "intoto/0.0.2", "hashedrekord/0.0.1"])
def test_an_attestation_holds_whatever_the_log_called_it(sigstore: PrivateSigstore, signer: Signer, kind: str) -> None:
    signature = layer(sigstore.att_layer(statement(DIGEST, SLSA, {}), signer, kind=kind), sigstore.trust())
    assert_valid(signature)
    assert signature.predicate_type == SLSA


def test_the_name_in_the_payload_does_not_matter_since_copies_keep_it(
    sigstore: PrivateSigstore, made: dict[str, Any]
) -> None:
    assert b"elsewhere.example" in made["data"]
    assert_valid(layer(made, sigstore.trust()))


def test_a_changed_payload(sigstore: PrivateSigstore, made: dict[str, Any]) -> None:
    made["data"] = simple_signing(OTHER)
    assert_invalid(layer(made, sigstore.trust(), OTHER), "does not fit the key and the content")


def test_a_changed_signature(sigstore: PrivateSigstore, signer: Signer, made: dict[str, Any]) -> None:
    made["annotations"][SIGNATURE] = b64(signer.sign(b"something else"))
    assert_invalid(layer(made, sigstore.trust()), "does not fit the key and the content")


def test_a_second_signature_by_the_same_key_is_not_the_one_that_was_logged(
    sigstore: PrivateSigstore, signer: Signer, made: dict[str, Any]
) -> None:
    made["annotations"][SIGNATURE] = b64(signer.sign(made["data"]))
    assert_invalid(layer(made, sigstore.trust()), "about another signature")


def test_a_signature_that_is_no_base64(sigstore: PrivateSigstore, made: dict[str, Any]) -> None:
    made["annotations"][SIGNATURE] = "…"
    assert_unverifiable(layer(made, sigstore.trust()), "not base64")


def test_a_signature_for_another_digest(sigstore: PrivateSigstore, made: dict[str, Any]) -> None:
    assert_invalid(layer(made, sigstore.trust(), OTHER), "about another digest")


def test_an_attestation_about_another_digest(sigstore: PrivateSigstore, signer: Signer) -> None:
    made = sigstore.att_layer(statement(OTHER, SLSA, {}), signer)
    assert_invalid(layer(made, sigstore.trust()), "about another digest")


def test_an_attestation_that_its_layer_announces_as_another(sigstore: PrivateSigstore, signer: Signer) -> None:
    made = sigstore.att_layer(statement(DIGEST, SLSA, {}), signer)
    made["annotations"]["predicateType"] = "https://spdx.dev/Document"
    assert_invalid(layer(made, sigstore.trust()), "of another type")


def test_another_certificate_of_the_same_authority(sigstore: PrivateSigstore, made: dict[str, Any]) -> None:
    made["annotations"][CERTIFICATE] = sigstore.signer().pem.decode()
    assert_invalid(layer(made, sigstore.trust()), "does not fit the key and the content")


def test_the_log_entry_of_another_signature(sigstore: PrivateSigstore, signer: Signer, made: dict[str, Any]) -> None:
    other = sigstore.sig_layer(OTHER, signer)
    made["annotations"][BUNDLE] = other["annotations"][BUNDLE]
    assert_invalid(layer(made, sigstore.trust()), "about other content")


def test_the_log_entry_of_another_signer(sigstore: PrivateSigstore, made: dict[str, Any]) -> None:
    entry = json.loads(made["annotations"][BUNDLE])
    thief = sigstore.signer("https://github.com/thief/app/.github/workflows/x.yml@refs/heads/main")
    made["annotations"][SIGNATURE] = b64(thief.sign(made["data"]))
    made["annotations"][CERTIFICATE] = thief.pem.decode()
    made["annotations"][BUNDLE] = json.dumps(entry)
    assert_invalid(layer(made, sigstore.trust()), "about another signature")


def test_a_log_entry_whose_time_was_moved(sigstore: PrivateSigstore, made: dict[str, Any]) -> None:
    entry = json.loads(made["annotations"][BUNDLE])
    entry["Payload"]["integratedTime"] += 60
    made["annotations"][BUNDLE] = json.dumps(entry)
    assert_invalid(layer(made, sigstore.trust()), "log did not sign this entry")


def test_no_log_entry_is_no_trusted_time(sigstore: PrivateSigstore, signer: Signer) -> None:
    made = sigstore.sig_layer(DIGEST, signer, log=False)
    assert_unverifiable(layer(made, sigstore.trust()), "no trusted time")


def test_a_timestamp_stands_in_for_the_log_entry_where_nothing_is_logged(
    sigstore: PrivateSigstore, signer: Signer
) -> None:
    unlogged = sigstore.trust(root=sigstore.root(tlogs=False))
    made = sigstore.sig_layer(DIGEST, signer, log=False)
    _stamp(made, sigstore, signer.sign(b"unused"))
    assert_invalid(layer(made, unlogged), SignatureReason.TIMESTAMP)
    _stamp(made, sigstore, b64decode(made["annotations"][SIGNATURE]))
    assert_valid(layer(made, unlogged))
    assert_unverifiable(layer(made, sigstore.trust()), "no entry in the transparency logs")


def test_of_an_attestation_the_whole_envelope_is_stamped(sigstore: PrivateSigstore, signer: Signer) -> None:
    made = sigstore.att_layer(statement(DIGEST, SLSA, {}), signer, log=False)
    _stamp(made, sigstore, made["data"])
    assert_valid(layer(made, sigstore.trust(root=sigstore.root(tlogs=False))))
    assert_unverifiable(layer(made, sigstore.trust()), "no entry in the transparency logs")


def test_a_certificate_that_had_expired_when_the_log_took_the_entry(sigstore: PrivateSigstore) -> None:
    old = sigstore.signer(born=NOW - timedelta(days=1))
    assert_invalid(layer(sigstore.sig_layer(DIGEST, old), sigstore.trust()), "not valid at the time of signing")


def test_a_certificate_of_an_authority_that_nobody_trusts(sigstore: PrivateSigstore, stranger: PrivateSigstore) -> None:
    made = stranger.sig_layer(DIGEST, stranger.signer())
    assert_unverifiable(layer(made, sigstore.trust()), SignatureReason.UNKNOWN_ISSUER)


def test_a_log_that_the_root_does_not_know(
    sigstore: PrivateSigstore, stranger: PrivateSigstore, signer: Signer
) -> None:
    made = stranger.sig_layer(DIGEST, signer)
    assert_unverifiable(layer(made, sigstore.trust()), "of a log that the trusted root private does not know")


def test_a_certificate_without_a_certificate_log(sigstore: PrivateSigstore) -> None:
    made = sigstore.sig_layer(DIGEST, sigstore.signer(sct=False))
    assert_invalid(layer(made, sigstore.trust()), "no timestamp of a certificate log")


def test_a_root_without_certificate_logs_asks_for_none(sigstore: PrivateSigstore) -> None:
    made = sigstore.sig_layer(DIGEST, sigstore.signer(sct=False))
    assert_valid(layer(made, sigstore.trust(root=sigstore.root(ctlogs=False))))


def test_a_certificate_for_something_else_than_code(sigstore: PrivateSigstore) -> None:
    made = sigstore.sig_layer(DIGEST, sigstore.signer(code_signing=False))
    assert_invalid(layer(made, sigstore.trust()), "not for signing code")


def test_without_any_root_nothing_is_said(made: dict[str, Any]) -> None:
    trust = Trust(problem="the public root needs the extra")
    assert_unverifiable(layer(made, trust), "the public root needs the extra")


def test_the_chain_beside_the_certificate_is_never_believed(
    sigstore: PrivateSigstore, stranger: PrivateSigstore
) -> None:
    made = stranger.sig_layer(DIGEST, stranger.signer())
    made["annotations"]["dev.sigstore.cosign/chain"] = stranger.fulcio.ca_pem
    assert_unverifiable(layer(made, sigstore.trust()), SignatureReason.UNKNOWN_ISSUER)


def _stamp(made: dict[str, Any], sigstore: PrivateSigstore, message: bytes) -> None:
    answer = {"SignedRFC3161Timestamp": b64(sigstore.stamps.stamp(message, NOW))}
    made["annotations"]["dev.sigstore.cosign/rfc3161timestamp"] = json.dumps(answer)
