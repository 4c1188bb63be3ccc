"""What the tests of this room ask: is it valid, and if not, in which of the two ways, and why."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.signatures.bundles.verify import verify_bundle
from bot.signatures.cosign.keyed import verify_keyed
from bot.signatures.cosign.keyless import verify_keyless
from bot.signatures.cosign.layer import CosignLayer
from bot.signatures.roots.root import Trust
from bot.signatures.signature import Layout, Signature, SignatureState
from bot.signatures.verdict import SignaturePlace, judge

DIGEST = "sha256:" + "ab" * 32
OTHER = "sha256:" + "cd" * 32
TODAY = datetime(2026, 11, 20, tzinfo=UTC)


def layer(made: Mapping[str, Any], trust: Trust, digest: str = DIGEST) -> Signature:
    """The verdict on a layer of cosign's older layout."""
    cosign = CosignLayer(made["media_type"], made["data"], made["annotations"])
    verify = verify_keyless if cosign.has_certificate else verify_keyed
    return judge(SignaturePlace(Layout.COSIGN_TAG, digest, OTHER), lambda: verify(cosign, digest, trust))


def bundle(made: Mapping[str, Any] | bytes, trust: Trust, digest: str = DIGEST) -> Signature:
    """The verdict on a Sigstore bundle."""
    data = made if isinstance(made, bytes) else json.dumps(made).encode()
    return judge(SignaturePlace(Layout.BUNDLE, digest, OTHER), lambda: verify_bundle(data, digest, trust))


def assert_valid(signature: Signature) -> None:
    assert signature.state is SignatureState.VALID, signature.reason
    assert signature.reason == ""


def assert_invalid(signature: Signature, because: str) -> None:
    assert (signature.state, because in signature.reason) == (SignatureState.INVALID, True), signature
    assert signature.identity == signature.key_name == ""


def assert_unverifiable(signature: Signature, because: str) -> None:
    assert (signature.state, because in signature.reason) == (SignatureState.UNVERIFIABLE, True), signature
    assert signature.identity == signature.key_name == ""
