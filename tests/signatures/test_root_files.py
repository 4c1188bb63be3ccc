"""What a trusted root must hold, and what it may hold that we cannot use."""

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed448
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.errors import MalformedError
from bot.signatures.reason import SignatureReason
from bot.signatures.roots.root import ROOT_MAX, read_root
from tests.private_fulcio import Signer
from tests.private_sigstore import PrivateSigstore, b64, statement
from tests.signatures.judged import DIGEST, assert_unverifiable, bundle, layer


def spoilt(sigstore: PrivateSigstore, *path: str | int, value: object) -> dict[str, Any]:
    root = sigstore.root()
    at: Any = root
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return root


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (("tlogs", 0, "publicKey", "rawBytes"), "a log's key is"),
        (("ctlogs", 0, "publicKey", "rawBytes"), "a log's key is"),
        (("certificateAuthorities", 0, "certChain", "certificates", 0, "rawBytes"), "does not parse"),
        (("timestampAuthorities", 0, "certChain", "certificates", 0, "rawBytes"), "does not parse"),
    ],
)
def test_bytes_that_are_nothing(sigstore: PrivateSigstore, path: tuple[str | int, ...], message: str) -> None:
    with pytest.raises(MalformedError, match=message):
        read_root(json.dumps(spoilt(sigstore, *path, value="MAA=")).encode(), name="root.json")


def test_too_large() -> None:
    with pytest.raises(MalformedError, match="ROOT_MAX"):
        read_root(b" " * (ROOT_MAX + 1), name="root.json")


def test_a_log_with_a_kind_of_key_that_we_cannot_use_spoils_only_its_own_entries(
    sigstore: PrivateSigstore, signer: Signer
) -> None:
    odd = ed448.Ed448PrivateKey.generate().public_key()
    raw = b64(odd.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    root = spoilt(sigstore, "tlogs", 0, "publicKey", "rawBytes", value=raw)
    trust = sigstore.trust(root=root)
    made = sigstore.bundle(statement(DIGEST), signer, kind="intoto/0.0.2")
    assert_unverifiable(bundle(made, trust), SignatureReason.UNSUPPORTED)
    assert_unverifiable(layer(sigstore.sig_layer(DIGEST, signer), trust), SignatureReason.UNSUPPORTED)
    both = sigstore.root()
    both["tlogs"].insert(0, {**root["tlogs"][0], "logId": {"keyId": b64(b"\1" * 32)}})
    assert bundle(made, sigstore.trust(root=both)).state == "valid"
