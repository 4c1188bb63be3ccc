"""What a hostile document may cost: signatures, values and proofs are counted before anything is done with them."""

import base64
import json
import tracemalloc
from typing import Any

import pytest
from cryptography import x509

from bot.attestations.sparse import SPARSE_MAX
from bot.errors import OverLimitError
from bot.signatures.bundles.document import split_bundles
from bot.signatures.dsse import SIGNATURES_MAX
from bot.signatures.keys import PEM_MAX, NamedKey
from bot.signatures.reason import SignatureReason
from bot.signatures.timestamps import STAMP_MAX
from tests.private_fulcio import Signer, new_key
from tests.private_sigstore import PrivateSigstore, b64, statement
from tests.signatures.judged import DIGEST, assert_invalid, assert_unverifiable, bundle, docker, layer


@pytest.mark.parametrize("kind", ["dsse/0.0.1", "intoto/0.0.2"])
def test_more_signatures_than_anybody_makes(sigstore: PrivateSigstore, signer: Signer, kind: str) -> None:
    made = sigstore.bundle(statement(DIGEST), signer, kind=kind)
    made["dsseEnvelope"]["signatures"] *= SIGNATURES_MAX + 1
    assert_unverifiable(bundle(made, sigstore.trust()), "signature")


def test_more_signatures_than_anybody_makes_with_keys(sigstore: PrivateSigstore) -> None:
    holder = Signer(new_key())
    trust = sigstore.trust(NamedKey("release", holder.public))
    made = sigstore.bundle(statement(DIGEST), holder, log=False)
    envelope = made["dsseEnvelope"]
    envelope["signatures"] *= SIGNATURES_MAX + 1
    assert_unverifiable(bundle(made, trust), "SIGNATURES_MAX")
    signed = sigstore.att_layer(statement(DIGEST), holder, log=False)
    assert_unverifiable(layer({**signed, "data": json.dumps(envelope).encode()}, trust), "SIGNATURES_MAX")


@pytest.mark.parametrize(
    "junk", [[0] * (SPARSE_MAX + 1), [[]] * SPARSE_MAX, {str(n): 0 for n in range(SPARSE_MAX + 1)}]
)
def test_more_values_than_any_bundle_has(sigstore: PrivateSigstore, signer: Signer, junk: object) -> None:
    made = {**sigstore.bundle(statement(DIGEST), signer), "junk": junk}
    assert_unverifiable(bundle(made, sigstore.trust()), "SPARSE_MAX")
    holder = Signer(new_key())
    trust = sigstore.trust(NamedKey("release", holder.public))
    att = sigstore.att_layer(statement(DIGEST), holder, log=False)
    stuffed = json.dumps({**json.loads(att["data"]), "junk": junk}).encode()
    assert_unverifiable(layer({**att, "data": stuffed}, trust), "SPARSE_MAX")
    assert_unverifiable(docker(stuffed, trust), "SPARSE_MAX")


@pytest.mark.parametrize("hashes", [[b""], [b"\0" * 33], [b"\0" * 32] * 65])
def test_a_proof_of_other_things_than_hashes(sigstore: PrivateSigstore, signer: Signer, hashes: list[bytes]) -> None:
    made = sigstore.bundle(statement(DIGEST), signer, kind="intoto/0.0.2")
    proof: dict[str, Any] = made["verificationMaterial"]["tlogEntries"][0]["inclusionProof"]
    proof["hashes"] = [b64(one) for one in hashes]
    assert_invalid(bundle(made, sigstore.trust()), "the inclusion proof")


@pytest.mark.parametrize("junk", [[{}] * SPARSE_MAX, [[]] * SPARSE_MAX])
def test_a_log_entry_of_more_values_than_any_has(sigstore: PrivateSigstore, signer: Signer, junk: object) -> None:
    """It stands in base64, so counting the commas of the bundle does not count its own: 15 MB took 380 MB."""
    made = sigstore.bundle(statement(DIGEST), signer)
    [entry] = made["verificationMaterial"]["tlogEntries"]
    body = json.loads(base64.b64decode(entry["canonicalizedBody"]))
    entry["canonicalizedBody"] = b64(json.dumps({**body, "junk": junk}).encode())
    assert_unverifiable(bundle(made, sigstore.trust()), SignatureReason.OVER_LIMIT)


@pytest.mark.parametrize("version", ["application/vnd.dev.sigstore.bundle.v0.3+json", "version=0.2"])
def test_a_certificate_of_more_names_than_any_has(
    sigstore: PrivateSigstore, stranger: PrivateSigstore, version: str
) -> None:
    """Anybody may write one in the name of our authority, and its extensions are read to tell whether it is forged."""
    names = x509.SubjectAlternativeName([x509.DNSName("a")] * (PEM_MAX // 3))
    forged = stranger.signer(names=names, sct=False)
    kind = version if "v0.3" in version else f"application/vnd.dev.sigstore.bundle+json;{version}"
    made = stranger.bundle(statement(DIGEST), forged, log=False, stamp=True, version=kind)
    assert_unverifiable(bundle(made, sigstore.trust()), SignatureReason.OVER_LIMIT)


def test_a_timestamp_of_more_bytes_than_any_has(sigstore: PrivateSigstore, signer: Signer) -> None:
    """It may hold any number of certificates and signatures, and each is read: 5 MB took 4 seconds."""
    made = sigstore.bundle(statement(DIGEST), signer, stamp=True)
    [stamp] = made["verificationMaterial"]["timestampVerificationData"]["rfc3161Timestamps"]
    stamp["signedTimestamp"] = b64(base64.b64decode(stamp["signedTimestamp"]) + bytes(STAMP_MAX))
    assert_unverifiable(bundle(made, sigstore.trust()), SignatureReason.OVER_LIMIT)


@pytest.mark.parametrize("line", [b"{}\n", b"{\n", b" \n", b"\r\n"])
def test_lines_are_not_held_before_they_are_counted(line: bytes) -> None:
    """20 MB of the shortest lines took 400 MB."""
    data = line * 500_000
    tracemalloc.start()
    try:
        found = len(split_bundles(data))
    except OverLimitError:
        found = 0
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == (0 if line == b"{}\n" else 1)
    assert peak < len(data)
