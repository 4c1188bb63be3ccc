"""Timestamps beside signatures: whatever is there is checked, also where the log's time would do."""

import json
from base64 import b64decode
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.errors import RefusedError, UndecidableError
from bot.signatures.keys import NamedKey
from bot.signatures.reason import SignatureReason
from bot.signatures.timestamps import TIMESTAMPS_MAX, verify_timestamps
from tests.private_fulcio import NOW, Signer, new_key
from tests.private_sigstore import PrivateSigstore, b64, statement
from tests.private_timestamps import PrivateTimestamps
from tests.signatures.judged import DIGEST, OTHER, assert_invalid, assert_unverifiable, assert_valid, bundle, layer

LATER = NOW + timedelta(days=1)
KINDS = pytest.mark.parametrize("kind", ["dsse/0.0.1", "intoto/0.0.2"])


def signature_of(made: dict[str, Any]) -> bytes:
    return b64decode(made["dsseEnvelope"]["signatures"][0]["sig"])


def stamp(made: dict[str, Any], *stamps: bytes) -> dict[str, Any]:
    """The bundle with these timestamps."""
    listed = [{"signedTimestamp": b64(one)} for one in stamps]
    made["verificationMaterial"]["timestampVerificationData"] = {"rfc3161Timestamps": listed}
    return made


def _only(verified: tuple[tuple[datetime, ...], UndecidableError | None]) -> datetime:
    times, problem = verified
    if problem:
        raise problem
    return times[0]


def logged(sigstore: PrivateSigstore, kind: str, authority: PrivateTimestamps, at: datetime) -> dict[str, Any]:
    """A bundle with a good log entry, and a timestamp beside it."""
    made = sigstore.bundle(statement(DIGEST), sigstore.signer(), kind=kind)
    return stamp(made, authority.stamp(signature_of(made), at))


def test_every_time_the_earliest_first_and_no_problem(sigstore: PrivateSigstore) -> None:
    root = sigstore.trust().roots[0]
    assert verify_timestamps([], b"signature", root) == ((), None)
    made = [sigstore.stamps.stamp(b"signature", at) for at in (LATER, NOW)]
    assert verify_timestamps(made, b"signature", root) == ((NOW, LATER), None)


@KINDS
def test_a_good_timestamp_beside_the_log_entry(sigstore: PrivateSigstore, kind: str) -> None:
    signature = bundle(logged(sigstore, kind, sigstore.stamps, NOW + timedelta(minutes=1)), sigstore.trust())
    assert_valid(signature)
    assert signature.signed_at == "2026-03-01T12:00:00Z"  # the log's


@KINDS
def test_outside_the_certificate_s_validity_it_refutes_although_the_log_s_time_would_do(
    sigstore: PrivateSigstore, kind: str
) -> None:
    made = logged(sigstore, kind, sigstore.stamps, LATER)
    assert_invalid(bundle(made, sigstore.trust()), SignatureReason.CERTIFICATE_TIME)


@KINDS
def test_over_another_signature_it_refutes(sigstore: PrivateSigstore, stranger: PrivateSigstore, kind: str) -> None:
    made = sigstore.bundle(statement(DIGEST), sigstore.signer(), kind=kind)
    for authority in (sigstore.stamps, stranger.stamps):
        moved = stamp(made, authority.stamp(b"another signature", NOW))
        assert_invalid(bundle(moved, sigstore.trust()), SignatureReason.TIMESTAMP)


@KINDS
def test_of_an_authority_that_we_do_not_know_it_says_nothing(
    sigstore: PrivateSigstore, stranger: PrivateSigstore, kind: str
) -> None:
    made = logged(sigstore, kind, stranger.stamps, LATER)
    trust = sigstore.trust(root=sigstore.root(tsa=False))
    assert bundle(made, trust).state != "invalid"


@KINDS
def test_garbage_beside_a_good_log_entry_is_not_passed_over(sigstore: PrivateSigstore, kind: str) -> None:
    made = stamp(sigstore.bundle(statement(DIGEST), sigstore.signer(), kind=kind), b"\x30\x00")
    assert_unverifiable(bundle(made, sigstore.trust()), SignatureReason.MALFORMED)


@KINDS
def test_one_bad_timestamp_among_good_ones_refutes(sigstore: PrivateSigstore, kind: str) -> None:
    made = sigstore.bundle(statement(DIGEST), sigstore.signer(), kind=kind)
    good, late = (sigstore.stamps.stamp(signature_of(made), at) for at in (NOW, LATER))
    assert_invalid(bundle(stamp(made, good, late), sigstore.trust()), SignatureReason.CERTIFICATE_TIME)
    assert_invalid(bundle(stamp(made, late, good), sigstore.trust()), SignatureReason.CERTIFICATE_TIME)


def test_a_log_that_only_proves_must_have_been_in_use_at_the_timestamp(sigstore: PrivateSigstore) -> None:
    """Newer logs promise no time; whoever has a log's key from before could prove what he likes."""
    made = sigstore.bundle(statement(DIGEST), sigstore.signer(), stamp=True)
    entry = made["verificationMaterial"]["tlogEntries"][0]
    del entry["inclusionPromise"]
    entry["integratedTime"] = "0"
    for end, verdict in (("2026-03-01T12:00:00Z", "valid"), ("2026-03-01T11:59:59Z", "invalid")):
        root = sigstore.root()
        root["tlogs"][0]["publicKey"]["validFor"]["end"] = end
        assert bundle(made, sigstore.trust(root=root)).state == verdict
    assert_invalid(bundle(made, sigstore.trust(root=root)), SignatureReason.LOG_TIME)
    again = json.loads(json.dumps(root["tlogs"][0]))  # one key may stand there twice, in use at other times
    again["publicKey"]["validFor"] = {"start": "2026-03-01T12:00:00Z"}
    root["tlogs"].append(again)
    assert_valid(bundle(made, sigstore.trust(root=root)))


class TestUnlogged:
    """Where nothing is logged, timestamps are all there is."""

    def trust(self, sigstore: PrivateSigstore, **period: str) -> Any:  # noqa: ANN401 - Trust
        root = sigstore.root(tlogs=False, ctlogs=False)
        root["timestampAuthorities"][0]["validFor"].update(period)
        return sigstore.trust(root=root)

    def made(self, sigstore: PrivateSigstore) -> dict[str, Any]:
        return sigstore.bundle(statement(DIGEST), sigstore.signer(sct=False), log=False)

    def test_the_earliest_of_several_is_shown(self, sigstore: PrivateSigstore) -> None:
        made = self.made(sigstore)
        late, early = (sigstore.stamps.stamp(signature_of(made), NOW + timedelta(minutes=n)) for n in (2, 1))
        signature = bundle(stamp(made, late, early), self.trust(sigstore))
        assert_valid(signature)
        assert signature.signed_at == "2026-03-01T12:01:00Z"

    def test_one_of_an_unknown_authority_beside_a_good_one(
        self, sigstore: PrivateSigstore, stranger: PrivateSigstore
    ) -> None:
        made = self.made(sigstore)
        both = [one.stamp(signature_of(made), NOW) for one in (stranger.stamps, sigstore.stamps)]
        assert_valid(bundle(stamp(made, *both), self.trust(sigstore)))

    def test_the_last_second_of_the_authority_s_time_counts_and_the_next_is_not_known(
        self, sigstore: PrivateSigstore
    ) -> None:
        made = stamp(self.made(sigstore))
        made = stamp(made, sigstore.stamps.stamp(signature_of(made), NOW))
        assert_valid(bundle(made, self.trust(sigstore, end="2026-03-01T12:00:00Z")))
        over = self.trust(sigstore, end="2026-03-01T11:59:59Z")
        assert_unverifiable(bundle(made, over), SignatureReason.UNKNOWN_TIMESTAMP_AUTHORITY)

    def test_an_authority_whose_certificate_had_ended(self) -> None:
        old = PrivateSigstore(name="old")
        old.stamps = PrivateTimestamps(NOW - timedelta(days=30), lifetime=timedelta(days=20))
        made = self.made(old)
        made = stamp(made, old.stamps.stamp(signature_of(made), NOW))
        verdict = bundle(made, self.trust(old))
        assert_unverifiable(verdict, SignatureReason.UNKNOWN_TIMESTAMP_AUTHORITY)
        assert "certificate of its authority was not valid" in verdict.reason

    def test_an_authority_that_did_not_sign_what_bears_its_name(self, sigstore: PrivateSigstore) -> None:
        made = self.made(sigstore)
        thief = PrivateTimestamps(sigstore.born)
        thief.chain = sigstore.stamps.chain
        forged = stamp(made, thief.stamp(signature_of(made), NOW))
        assert_invalid(bundle(forged, self.trust(sigstore)), SignatureReason.TIMESTAMP)

    @pytest.mark.parametrize("between", [False, True])
    def test_forged_at_the_edges_of_the_authority_s_certificate(self, *, between: bool) -> None:
        """From the first second to the last the authority could have signed it; outside, nobody knows."""
        instance = PrivateSigstore(name="edges")
        instance.stamps = PrivateTimestamps(NOW, lifetime=timedelta(minutes=5), between=between)
        thief = PrivateTimestamps(NOW, between=between)
        thief.chain = instance.stamps.chain
        root = instance.trust(root=instance.root(tlogs=False, ctlogs=False)).roots[0]
        end = instance.stamps.chain[0].not_valid_after_utc
        second = timedelta(seconds=1)
        for at, error in (
            (NOW - second, UndecidableError),
            (NOW, RefusedError),
            (end, RefusedError),
            (end + second, UndecidableError),
        ):
            with pytest.raises(error):
                _only(verify_timestamps([thief.stamp(b"signature", at)], b"signature", root))

    def test_another_signer_under_the_same_root_certificate_is_not_the_one_that_our_root_names(
        self, sigstore: PrivateSigstore
    ) -> None:
        made = self.made(sigstore)
        other = stamp(made, sigstore.stamps.sibling().stamp(signature_of(made), NOW))
        assert_unverifiable(bundle(other, self.trust(sigstore)), SignatureReason.UNKNOWN_TIMESTAMP_AUTHORITY)

    def test_an_authority_without_a_root_certificate_proves_nothing(self, sigstore: PrivateSigstore) -> None:
        root = sigstore.root(tlogs=False, ctlogs=False)
        del root["timestampAuthorities"][0]["certChain"]["certificates"][1:]
        made = self.made(sigstore)
        made = stamp(made, sigstore.stamps.stamp(signature_of(made), NOW))
        assert bundle(made, sigstore.trust(root=root)).state != "valid"

    def test_an_authority_between(self) -> None:
        instance = PrivateSigstore(name="between")
        instance.stamps = PrivateTimestamps(instance.born, between=True)
        made = self.made(instance)
        assert_valid(bundle(stamp(made, instance.stamps.stamp(signature_of(made), NOW)), self.trust(instance)))

    @pytest.mark.parametrize("name", ["sha384", "sha512"])
    def test_other_hash_functions(self, sigstore: PrivateSigstore, name: str) -> None:
        made = self.made(sigstore)
        one = sigstore.stamps.stamp(signature_of(made), NOW, hashed_with=name)
        assert_valid(bundle(stamp(made, one), self.trust(sigstore)))

    def test_a_hash_function_that_proves_nothing(self, sigstore: PrivateSigstore) -> None:
        made = self.made(sigstore)
        one = sigstore.stamps.stamp(signature_of(made), NOW, hashed_with="sha1")
        assert_unverifiable(bundle(stamp(made, one), self.trust(sigstore)), SignatureReason.UNSUPPORTED)

    def test_an_answer_that_is_not_simply_granted_is_not_called_forged(self, sigstore: PrivateSigstore) -> None:
        """The status is not signed; the authority granted with changes (1), or refused and still sent a token (2)."""
        made = self.made(sigstore)
        granted = sigstore.stamps.stamp(signature_of(made), NOW)
        for status in (1, 2):
            other = granted.replace(b"\x30\x03\x02\x01\x00", bytes([0x30, 3, 2, 1, status]), 1)
            assert_unverifiable(bundle(stamp(made, other), self.trust(sigstore)), SignatureReason.UNSUPPORTED)

    def test_more_than_anybody_makes(self, sigstore: PrivateSigstore) -> None:
        made = self.made(sigstore)
        one = sigstore.stamps.stamp(signature_of(made), NOW)
        assert_valid(bundle(stamp(made, *[one] * TIMESTAMPS_MAX), self.trust(sigstore)))
        flooded = stamp(made, *[one] * (TIMESTAMPS_MAX + 1))
        assert_unverifiable(bundle(flooded, self.trust(sigstore)), SignatureReason.OVER_LIMIT)


def test_beside_a_layer_of_cosign_s(sigstore: PrivateSigstore, signer: Signer) -> None:
    made = sigstore.sig_layer(DIGEST, signer)
    signature = b64decode(made["annotations"]["dev.cosignproject.cosign/signature"])
    for at, verdict in ((NOW, "valid"), (LATER, "invalid")):
        answer = {"SignedRFC3161Timestamp": b64(sigstore.stamps.stamp(signature, at))}
        made["annotations"]["dev.sigstore.cosign/rfc3161timestamp"] = json.dumps(answer)
        assert layer(made, sigstore.trust()).state == verdict


def test_a_timestamp_does_not_make_a_log_entry_true(sigstore: PrivateSigstore, signer: Signer) -> None:
    """Anybody writes an entry, and time-stamp authorities stamp for everybody; only the log's promise says it is there.

    Else a stolen token signs, and whoever watches the log sees nothing.
    """
    made = sigstore.sig_layer(DIGEST, signer)
    annotations = made["annotations"]
    signature = b64decode(annotations["dev.cosignproject.cosign/signature"])
    entry = json.loads(annotations["dev.sigstore.cosign/bundle"])
    answer = {"SignedRFC3161Timestamp": b64(sigstore.stamps.stamp(signature, NOW))}
    annotations["dev.sigstore.cosign/rfc3161timestamp"] = json.dumps(answer)
    assert_valid(layer(made, sigstore.trust()))
    annotations["dev.sigstore.cosign/bundle"] = json.dumps(entry | {"SignedEntryTimestamp": ""})
    assert_unverifiable(layer(made, sigstore.trust()), SignatureReason.NO_TRUSTED_TIME)


def test_beside_a_key_it_is_looked_at_as_well(sigstore: PrivateSigstore) -> None:
    """A key has no end, so the time refutes nothing; a timestamp about something else does."""
    holder = Signer(new_key())
    trust = sigstore.trust(NamedKey("release", holder.public), root=sigstore.root(tlogs=False))
    made = sigstore.bundle(statement(DIGEST), holder, log=False)
    stamped = stamp(made, sigstore.stamps.stamp(signature_of(made), LATER))
    signature = bundle(stamped, trust)
    assert_valid(signature)
    assert (signature.key_name, signature.signed_at) == ("release", "2026-03-02T12:00:00Z")
    assert_invalid(bundle(stamp(made, sigstore.stamps.stamp(b"x", NOW)), trust), SignatureReason.TIMESTAMP)


def test_a_time_does_not_save_another_digest(sigstore: PrivateSigstore) -> None:
    made = logged(sigstore, "dsse/0.0.1", sigstore.stamps, NOW)
    assert_invalid(bundle(made, sigstore.trust(), OTHER), SignatureReason.OTHER_DIGEST)
