"""What a hostile document may cost: signatures, values and proofs are counted before anything is done with them."""

import json
from typing import Any

import pytest

from bot.attestations.sparse import SPARSE_MAX
from bot.signatures.dsse import SIGNATURES_MAX
from bot.signatures.keys import NamedKey
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
