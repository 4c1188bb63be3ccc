"""Docker's envelopes inside attestation manifests: named, and verified where the policy names Docker's key."""

from typing import Any

import pytest

from bot.signatures.keys import NamedKey, key_id
from bot.signatures.pae import pae
from tests.private_fulcio import NOW, Signer, new_key
from tests.private_log import entry_body
from tests.private_sigstore import IN_TOTO, PrivateSigstore, b64, statement
from tests.signatures.judged import DIGEST, OTHER, assert_invalid, assert_unverifiable, assert_valid
from tests.signatures.judged import docker as judged_docker

SLSA = "https://slsa.dev/provenance/v0.2"


@pytest.fixture(scope="module")
def docker() -> Signer:
    return Signer(new_key())


def envelope(sigstore: PrivateSigstore, signer: Signer, content: bytes, *, log: bool = True) -> dict[str, Any]:
    message = pae(IN_TOTO, content)
    signature = signer.sign(message)
    signed: dict[str, Any] = {"keyid": key_id(signer.public).hex(), "sig": b64(signature)}
    if log:
        body = entry_body("hashedrekord/0.0.1", message, message, signature, signer.pem)
        annotation = sigstore.log.annotation(body, NOW)
        promise = {"signedEntryTimestamp": annotation["SignedEntryTimestamp"]}
        tl = {"kind": "Rekor", "data": {**annotation["Payload"], "verification": promise}}
        kind = "application/vnd.docker.attestation-verification.v1+json"
        signed["extension"] = {"kind": kind, "ext": {"tl": tl}}
    return {"payloadType": IN_TOTO, "payload": b64(content), "signatures": [signed]}


def verdict(made: dict[str, Any], sigstore: PrivateSigstore, *keys: NamedKey, digest: str = DIGEST) -> Any:  # noqa: ANN401
    return judged_docker(made, sigstore.trust(*keys), digest)


def test_named_but_not_judged_without_the_key(sigstore: PrivateSigstore, docker: Signer) -> None:
    signature = verdict(envelope(sigstore, docker, statement(DIGEST, SLSA, {})), sigstore)
    assert_unverifiable(signature, "a key that the policy does not name")


def test_a_key_for_other_signatures_proves_nothing_against_docker(sigstore: PrivateSigstore, docker: Signer) -> None:
    made = envelope(sigstore, docker, statement(DIGEST, SLSA, {}))
    assert_unverifiable(
        verdict(made, sigstore, NamedKey("ours", new_key().public_key())), "a key that the policy does not name"
    )


@pytest.mark.parametrize("log", [True, False])
def test_with_the_key_it_holds(sigstore: PrivateSigstore, docker: Signer, *, log: bool) -> None:
    made = envelope(sigstore, docker, statement(DIGEST, SLSA, {}), log=log)
    signature = verdict(made, sigstore, NamedKey("docker", docker.public))
    assert_valid(signature)
    assert (signature.key_name, signature.signed_at) == ("docker", "2026-03-01T12:00:00Z" if log else "")


@pytest.mark.parametrize("keyid", ["", "release", "0" * 64])
def test_what_the_envelope_calls_its_key_is_a_hint(sigstore: PrivateSigstore, docker: Signer, keyid: str) -> None:
    """Others put such envelopes beside an image, too, and name their keys in their own way, or not at all."""
    made = envelope(sigstore, docker, statement(DIGEST, SLSA, {}), log=False)
    made["signatures"][0]["keyid"] = keyid
    keys = (NamedKey("another", new_key().public_key()), NamedKey("docker", docker.public))
    assert verdict(made, sigstore, *keys).key_name == "docker"
    made["payload"] = b64(statement(DIGEST, SLSA, {"changed": True}))
    assert_unverifiable(verdict(made, sigstore, *keys), "a key that the policy does not name")


def test_a_changed_statement_and_another_digest(sigstore: PrivateSigstore, docker: Signer) -> None:
    key = NamedKey("docker", docker.public)
    made = envelope(sigstore, docker, statement(DIGEST, SLSA, {}))
    assert_invalid(verdict(made, sigstore, key, digest=OTHER), "about another digest")
    made["payload"] = b64(statement(OTHER, SLSA, {}))
    assert_invalid(verdict(made, sigstore, key, digest=OTHER), "content was changed")


def test_the_log_entry_of_another_envelope(sigstore: PrivateSigstore, docker: Signer) -> None:
    made = envelope(sigstore, docker, statement(DIGEST, SLSA, {}))
    other = envelope(sigstore, docker, statement(OTHER, SLSA, {}))
    made["signatures"][0]["extension"] = other["signatures"][0]["extension"]
    assert_invalid(verdict(made, sigstore, NamedKey("docker", docker.public)), "about other content")


def test_each_of_two_signatures_has_a_log_entry_of_its_own(sigstore: PrivateSigstore, docker: Signer) -> None:
    """Another one's entry, in front of it, neither refutes it nor lends it a time."""
    content = statement(DIGEST, SLSA, {})
    (other,) = envelope(sigstore, Signer(new_key()), content)["signatures"]
    for log, at in ((True, "2026-03-01T12:00:00Z"), (False, "")):
        made = envelope(sigstore, docker, content, log=log)
        made["signatures"].insert(0, other)
        signature = verdict(made, sigstore, NamedKey("docker", docker.public))
        assert_valid(signature)
        assert signature.signed_at == at
