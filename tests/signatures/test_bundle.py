"""Sigstore bundles: through the library where it can, by our own steps where it cannot, and never a crash."""

import json
from base64 import b64decode
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.signatures.bundles.document import split_bundles
from bot.signatures.reason import SignatureReason
from bot.signatures.roots.root import Trust
from tests.private_fulcio import ISSUER, NOW, WORKFLOW, Signer
from tests.private_sigstore import PrivateSigstore, b64, statement
from tests.signatures.judged import DIGEST, OTHER, assert_invalid, assert_unverifiable, assert_valid, bundle

SLSA = "https://slsa.dev/provenance/v1"
V01 = "application/vnd.dev.sigstore.bundle+json;version=0.1"
V02 = "application/vnd.dev.sigstore.bundle+json;version=0.2"


@pytest.fixture
def made(sigstore: PrivateSigstore, signer: Signer) -> dict[str, Any]:
    return sigstore.bundle(statement(DIGEST, SLSA, {}), signer)


def entry_of(made: dict[str, Any]) -> dict[str, Any]:
    entry: dict[str, Any] = made["verificationMaterial"]["tlogEntries"][0]
    return entry


@pytest.mark.parametrize("version", [V01, V02, "application/vnd.dev.sigstore.bundle.v0.3+json"])
def test_a_bundle_holds_and_says_who(sigstore: PrivateSigstore, signer: Signer, version: str) -> None:
    signature = bundle(sigstore.bundle(statement(DIGEST, SLSA, {}), signer, version=version), sigstore.trust())
    assert_valid(signature)
    assert (signature.identity, signature.issuer, signature.predicate_type) == (WORKFLOW, ISSUER, SLSA)
    assert signature.signed_at == "2026-03-01T12:00:00Z"


def test_an_image_signature_has_no_predicate_to_show(sigstore: PrivateSigstore, signer: Signer) -> None:
    signature = bundle(sigstore.bundle(statement(DIGEST), signer), sigstore.trust())
    assert_valid(signature)
    assert signature.predicate_type == ""


def test_what_else_the_certificate_says(sigstore: PrivateSigstore) -> None:
    signer = sigstore.signer(claims={"11": "github-hosted", "12": "https://github.com/acme/app"})
    signature = bundle(sigstore.bundle(statement(DIGEST), signer), sigstore.trust())
    assert dict(signature.claims) == {
        "runner-environment": "github-hosted",
        "source-repository": "https://github.com/acme/app",
    }


@pytest.mark.parametrize("kind", ["intoto/0.0.1", "intoto/0.0.2"])
def test_entries_that_the_library_does_not_read(sigstore: PrivateSigstore, signer: Signer, kind: str) -> None:
    assert_valid(bundle(sigstore.bundle(statement(DIGEST), signer, kind=kind), sigstore.trust()))


def test_the_first_version_came_without_proof(sigstore: PrivateSigstore, signer: Signer) -> None:
    made = sigstore.bundle(statement(DIGEST), signer, version=V01)
    del entry_of(made)["inclusionProof"]
    assert_valid(bundle(made, sigstore.trust()))


@pytest.mark.parametrize("kind", ["dsse/0.0.1", "intoto/0.0.2"])
@pytest.mark.parametrize("version", [V02, "application/vnd.dev.sigstore.bundle.v0.3+json"])
def test_later_versions_need_a_proof(sigstore: PrivateSigstore, signer: Signer, kind: str, version: str) -> None:
    made = sigstore.bundle(statement(DIGEST), signer, kind=kind, version=version)
    del entry_of(made)["inclusionProof"]["checkpoint"]
    assert_unverifiable(bundle(made, sigstore.trust()), "checkpoint")
    del entry_of(made)["inclusionProof"]
    assert_unverifiable(bundle(made, sigstore.trust()), "")


@pytest.mark.parametrize("kind", ["dsse/0.0.1", "intoto/0.0.2"])
def test_a_statement_about_another_digest(sigstore: PrivateSigstore, signer: Signer, kind: str) -> None:
    made = sigstore.bundle(statement(OTHER, SLSA, {}), signer, kind=kind)
    assert_invalid(bundle(made, sigstore.trust()), "about another digest")


@pytest.mark.parametrize("kind", ["dsse/0.0.1", "intoto/0.0.2"])
class TestSpoilt:
    """Each of these spoils one thing, and each is refused for its own reason, by the library and by our steps."""

    def test_the_payload(self, sigstore: PrivateSigstore, signer: Signer, kind: str) -> None:
        made = sigstore.bundle(statement(DIGEST), signer, kind=kind)
        made["dsseEnvelope"]["payload"] = b64(statement(OTHER))
        assert_invalid(bundle(made, sigstore.trust(), OTHER), "signature")

    def test_the_signature(self, sigstore: PrivateSigstore, signer: Signer, kind: str) -> None:
        made = sigstore.bundle(statement(DIGEST), signer, kind=kind)
        made["dsseEnvelope"]["signatures"][0]["sig"] = b64(signer.sign(b"something else"))
        assert_invalid(bundle(made, sigstore.trust()), "signature")

    def test_the_certificate(self, sigstore: PrivateSigstore, signer: Signer, kind: str) -> None:
        made = sigstore.bundle(statement(DIGEST), signer, kind=kind)
        other = sigstore.bundle(statement(DIGEST), sigstore.signer(), kind=kind)
        made["verificationMaterial"]["certificate"] = other["verificationMaterial"]["certificate"]
        assert_invalid(bundle(made, sigstore.trust()), "signature")

    def test_the_log_entry_of_another_bundle(self, sigstore: PrivateSigstore, signer: Signer, kind: str) -> None:
        made = sigstore.bundle(statement(DIGEST), signer, kind=kind)
        other = sigstore.bundle(statement(OTHER), signer, kind=kind)
        made["verificationMaterial"]["tlogEntries"] = other["verificationMaterial"]["tlogEntries"]
        assert_invalid(bundle(made, sigstore.trust()), "log entry")

    def test_the_time(self, sigstore: PrivateSigstore, signer: Signer, kind: str) -> None:
        made = sigstore.bundle(statement(DIGEST), signer, kind=kind)
        entry_of(made)["integratedTime"] = str(int((NOW + timedelta(seconds=60)).timestamp()))
        assert_invalid(bundle(made, sigstore.trust()), "entry")

    def test_the_proof(self, sigstore: PrivateSigstore, signer: Signer, kind: str) -> None:
        made = sigstore.bundle(statement(DIGEST), signer, kind=kind)
        entry_of(made)["inclusionProof"]["hashes"] = [b64(b"\0" * 32)]
        assert_invalid(bundle(made, sigstore.trust()), "inclusion proof")

    def test_the_checkpoint(self, sigstore: PrivateSigstore, signer: Signer, kind: str) -> None:
        made = sigstore.bundle(statement(DIGEST), signer, kind=kind)
        head = b64decode(entry_of(made)["inclusionProof"]["rootHash"])
        forged = PrivateSigstore().log.checkpoint(2, head).split(" ")[-1]
        hint = sigstore.log.key_id[:4]
        lines = entry_of(made)["inclusionProof"]["checkpoint"]["envelope"].split(" ")
        lines[-1] = b64(hint + b64decode(forged)[4:]) + "\n"
        entry_of(made)["inclusionProof"]["checkpoint"]["envelope"] = " ".join(lines)
        assert_invalid(bundle(made, sigstore.trust()), SignatureReason.LOG_SIGNATURE)

    def test_the_authority(self, sigstore: PrivateSigstore, stranger: PrivateSigstore, kind: str) -> None:
        made = stranger.bundle(statement(DIGEST), stranger.signer(), kind=kind)
        assert_unverifiable(bundle(made, sigstore.trust()), SignatureReason.UNKNOWN_ISSUER)

    def test_the_certificate_log(self, sigstore: PrivateSigstore, kind: str) -> None:
        made = sigstore.bundle(statement(DIGEST), sigstore.signer(sct=False), kind=kind)
        assert_invalid(bundle(made, sigstore.trust()), "certificate")

    def test_a_certificate_that_had_expired(self, sigstore: PrivateSigstore, kind: str) -> None:
        old = sigstore.signer(born=NOW - timedelta(days=1))
        assert_invalid(bundle(sigstore.bundle(statement(DIGEST), old, kind=kind), sigstore.trust()), "valid")

    def test_a_log_that_came_after_our_root(
        self, sigstore: PrivateSigstore, stranger: PrivateSigstore, signer: Signer, kind: str
    ) -> None:
        made = stranger.bundle(statement(DIGEST), signer, kind=kind)
        assert_unverifiable(bundle(made, sigstore.trust()), "does not know")


def test_an_authority_that_was_out_of_use_when_it_signed(sigstore: PrivateSigstore, made: dict[str, Any]) -> None:
    root = sigstore.root()
    root["certificateAuthorities"][0]["validFor"]["end"] = "2026-02-20T00:00:00Z"
    assert_invalid(bundle(made, sigstore.trust(root=root)), "no authority of the trusted root private was in use")


def test_a_log_that_was_out_of_use_when_it_promised(sigstore: PrivateSigstore, made: dict[str, Any]) -> None:
    root = sigstore.root()
    root["tlogs"][0]["publicKey"]["validFor"]["end"] = "2026-02-20T00:00:00Z"
    assert_invalid(bundle(made, sigstore.trust(root=root)), "outside of the time in which that log's key was in use")


def test_one_of_several_roots_is_enough(
    sigstore: PrivateSigstore, stranger: PrivateSigstore, made: dict[str, Any]
) -> None:
    roots = (*stranger.trust().roots, *sigstore.trust().roots)
    assert_valid(bundle(made, Trust(roots)))


def test_an_older_file_of_the_same_root_does_not_get_in_the_way(
    sigstore: PrivateSigstore, made: dict[str, Any]
) -> None:
    old = sigstore.trust(root=sigstore.root(tlogs=False)).roots
    assert_unverifiable(bundle(made, Trust(old)), "does not know")
    assert_valid(bundle(made, Trust((*old, *sigstore.trust().roots))))


class TestNobodySupports:
    """Kinds that nobody can judge are said to be so."""

    def test_a_key_that_is_rsa(self, sigstore: PrivateSigstore) -> None:
        """The library reads no such certificate, so there is no second opinion on it."""
        signer = sigstore.signer(key=rsa.generate_private_key(public_exponent=65537, key_size=2048))
        made = sigstore.bundle(statement(DIGEST), signer)
        assert_unverifiable(bundle(made, sigstore.trust()), "elliptic-curve keys")
        assert_valid(bundle(sigstore.bundle(statement(DIGEST), signer, kind="intoto/0.0.2"), sigstore.trust()))

    def test_two_log_entries(self, sigstore: PrivateSigstore, made: dict[str, Any]) -> None:
        made["verificationMaterial"]["tlogEntries"] *= 2
        assert_unverifiable(bundle(made, sigstore.trust()), "several log entries")

    def test_another_kind_of_entry(self, sigstore: PrivateSigstore, made: dict[str, Any]) -> None:
        entry_of(made)["kindVersion"] = {"kind": "cose", "version": "0.0.1"}
        assert_unverifiable(bundle(made, sigstore.trust()), "'cose/0.0.1' are not supported")

    def test_another_version(self, sigstore: PrivateSigstore, made: dict[str, Any]) -> None:
        made["mediaType"] = "application/vnd.dev.sigstore.bundle.v9+json"
        assert_unverifiable(bundle(made, sigstore.trust()), "are not supported")

    def test_an_envelope_with_something_else(self, sigstore: PrivateSigstore, made: dict[str, Any]) -> None:
        made["dsseEnvelope"]["payloadType"] = "text/plain"
        assert_unverifiable(bundle(made, sigstore.trust()), "something else than an in-toto statement")

    def test_neither_certificate_nor_key(self, sigstore: PrivateSigstore, made: dict[str, Any]) -> None:
        del made["verificationMaterial"]["certificate"]
        assert_unverifiable(bundle(made, sigstore.trust()), "neither a certificate nor a key")

    def test_a_certificate_that_is_garbage(self, sigstore: PrivateSigstore, made: dict[str, Any]) -> None:
        made["verificationMaterial"]["certificate"]["rawBytes"] = b64(b"\x30\x03\x02\x01\x00")
        assert_unverifiable(bundle(made, sigstore.trust()), "does not parse")

    def test_github_s_private_instance_without_its_root(self, sigstore: PrivateSigstore) -> None:
        github = PrivateSigstore(name="GitHub, Inc.")
        made = github.bundle(statement(DIGEST), github.signer(sct=False), log=False, stamp=True)
        assert_unverifiable(bundle(made, sigstore.trust()), "GitHub's private Sigstore, whose root is not configured")

    def test_a_certificate_of_a_newer_authority_than_our_root_knows(self) -> None:
        github, renewed = PrivateSigstore(name="GitHub, Inc."), PrivateSigstore(name="GitHub, Inc.")
        late = NOW + timedelta(days=200)
        made = renewed.bundle(statement(DIGEST), renewed.signer(born=late), log=False, stamp=True, at=late)
        assert_unverifiable(bundle(made, github.trust()), "the root may be out of date")


def test_a_message_signature_over_the_manifest_itself(sigstore: PrivateSigstore, signer: Signer) -> None:
    made = sigstore.message_bundle(b"the manifest", signer)
    digest = "sha256:" + made["messageSignature"]["messageDigest"].pop("hex")
    assert_valid(bundle(made, sigstore.trust(), digest))
    assert_invalid(bundle(made, sigstore.trust(), DIGEST), "about another digest")
    del made["messageSignature"]["messageDigest"]
    assert_invalid(bundle(made, sigstore.trust(), DIGEST), "ignature")


def test_a_list_and_lines_are_split_and_a_broken_line_spoils_no_other(made: dict[str, Any]) -> None:
    line = json.dumps(made).encode()
    assert list(split_bundles(line)) == [line]
    assert [json.loads(one) for one in split_bundles(json.dumps([made, made]).encode())] == [made, made]
    assert list(split_bundles(line + b"\n{broken}\n" + line)) == [line, b"{broken}", line]


@pytest.mark.parametrize("kind", ["dsse/0.0.1", "intoto/0.0.2"])
class TestTheRootSays:
    """What the library leaves to us: when a log's key was in use, and roots of other shapes."""

    def test_the_certificate_log_was_out_of_use(self, sigstore: PrivateSigstore, signer: Signer, kind: str) -> None:
        root = sigstore.root()
        root["ctlogs"][0]["publicKey"]["validFor"]["end"] = "2026-02-20T00:00:00Z"
        made = sigstore.bundle(statement(DIGEST), signer, kind=kind)
        assert_invalid(bundle(made, sigstore.trust(root=root)), "certificate's timestamp lies outside of the time")

    def test_there_are_no_certificate_logs(self, sigstore: PrivateSigstore, kind: str) -> None:
        trust = sigstore.trust(root=sigstore.root(ctlogs=False))
        made = sigstore.bundle(statement(DIGEST), sigstore.signer(sct=False), kind=kind)
        assert_valid(bundle(made, trust))
        entry_of(made)["inclusionProof"]["hashes"] = [b64(b"\0" * 32)]
        assert_invalid(bundle(made, trust), "inclusion proof")

    def test_one_key_served_twice(self, sigstore: PrivateSigstore, signer: Signer, kind: str) -> None:
        root = sigstore.root()
        for logs in (root["tlogs"], root["ctlogs"]):
            before = json.loads(json.dumps(logs[0]))
            before["publicKey"]["validFor"] = {"start": "2025-01-01T00:00:00Z", "end": "2025-06-01T00:00:00Z"}
            logs.insert(0, before)
        assert_valid(bundle(sigstore.bundle(statement(DIGEST), signer, kind=kind), sigstore.trust(root=root)))
