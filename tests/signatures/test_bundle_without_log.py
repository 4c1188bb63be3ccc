"""Bundles with a timestamp and no log entry."""

from datetime import timedelta

from bot.signatures.reason import SignatureReason
from bot.signatures.roots.root import Trust
from tests.private_fulcio import NOW
from tests.private_sigstore import PrivateSigstore, statement
from tests.signatures.judged import DIGEST, OTHER, assert_invalid, assert_unverifiable, assert_valid, bundle

SLSA = "https://slsa.dev/provenance/v1"


class TestWithoutLog:
    """GitHub's instance for private repositories: no log, a timestamp instead."""

    def root(self, sigstore: PrivateSigstore, **more: bool) -> Trust:
        return sigstore.trust(root=sigstore.root(tlogs=False, ctlogs=False, **more))

    def test_it_holds(self, sigstore: PrivateSigstore) -> None:
        made = sigstore.bundle(statement(DIGEST, SLSA, {}), sigstore.signer(sct=False), log=False, stamp=True)
        signature = bundle(made, self.root(sigstore))
        assert_valid(signature)
        assert signature.signed_at == "2026-03-01T12:00:00Z"

    def test_a_stamp_over_another_signature(self, sigstore: PrivateSigstore) -> None:
        signer = sigstore.signer(sct=False)
        made = sigstore.bundle(statement(DIGEST), signer, log=False, stamp=True)
        other = sigstore.bundle(statement(OTHER), signer, log=False, stamp=True)
        key = "timestampVerificationData"
        made["verificationMaterial"][key] = other["verificationMaterial"][key]
        assert_invalid(bundle(made, self.root(sigstore)), SignatureReason.TIMESTAMP)

    def test_a_stamp_of_another_authority(self, sigstore: PrivateSigstore, stranger: PrivateSigstore) -> None:
        made = stranger.bundle(statement(DIGEST), sigstore.signer(sct=False), log=False, stamp=True)
        assert_unverifiable(bundle(made, self.root(sigstore)), SignatureReason.UNKNOWN_TIMESTAMP_AUTHORITY)

    def test_a_stamp_that_is_garbage(self, sigstore: PrivateSigstore) -> None:
        made = sigstore.bundle(statement(DIGEST), sigstore.signer(sct=False), log=False, stamp=True)
        made["verificationMaterial"]["timestampVerificationData"]["rfc3161Timestamps"] = [{"signedTimestamp": "MAA="}]
        assert_unverifiable(bundle(made, self.root(sigstore)), SignatureReason.MALFORMED)

    def test_an_authority_that_was_out_of_use(self, sigstore: PrivateSigstore) -> None:
        made = sigstore.bundle(statement(DIGEST), sigstore.signer(sct=False), log=False, stamp=True)
        root = sigstore.root(tlogs=False, ctlogs=False)
        root["timestampAuthorities"][0]["validFor"]["end"] = "2026-02-20T00:00:00Z"
        assert_unverifiable(bundle(made, sigstore.trust(root=root)), SignatureReason.UNKNOWN_TIMESTAMP_AUTHORITY)

    def test_a_certificate_that_had_expired(self, sigstore: PrivateSigstore) -> None:
        old = sigstore.signer(sct=False, born=NOW - timedelta(days=1))
        made = sigstore.bundle(statement(DIGEST), old, log=False, stamp=True)
        assert_invalid(bundle(made, self.root(sigstore)), "not valid at the time of signing")

    def test_no_stamp_is_no_trusted_time(self, sigstore: PrivateSigstore) -> None:
        made = sigstore.bundle(statement(DIGEST), sigstore.signer(sct=False), log=False)
        assert_unverifiable(bundle(made, self.root(sigstore)), "no trusted time")

    def test_a_root_without_stamps_cannot_tell(self, sigstore: PrivateSigstore) -> None:
        made = sigstore.bundle(statement(DIGEST), sigstore.signer(sct=False), log=False, stamp=True)
        assert_unverifiable(bundle(made, self.root(sigstore, tsa=False)), SignatureReason.UNKNOWN_TIMESTAMP_AUTHORITY)

    def test_an_instance_that_logs_everything_vouches_for_nothing_unlogged(self, sigstore: PrivateSigstore) -> None:
        made = sigstore.bundle(statement(DIGEST), sigstore.signer(), log=False, stamp=True)
        assert_unverifiable(bundle(made, sigstore.trust()), "no entry in the transparency logs")
