"""What the tests of this room ask: is it valid, and if not, in which of the two ways, and why."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.signatures import docker_dsse
from bot.signatures.bundles import procedure as bundles
from bot.signatures.cosign import procedure as cosign
from bot.signatures.cosign.layer import CosignLayer
from bot.signatures.media_types import JWS
from bot.signatures.notation import procedure as notation
from bot.signatures.pipeline import verify
from bot.signatures.reason import SignatureReason
from bot.signatures.roots.root import Trust
from bot.signatures.signature import Layout, Signature, SignatureState
from bot.signatures.verdict import SignaturePlace, judge

DIGEST = "sha256:" + "ab" * 32
OTHER = "sha256:" + "cd" * 32
TODAY = datetime(2026, 11, 20, tzinfo=UTC)


def layer(made: Mapping[str, Any] | CosignLayer, trust: Trust, digest: str = DIGEST) -> Signature:
    """The verdict on a layer of cosign's older layout."""
    cosign_layer = (
        made if isinstance(made, CosignLayer) else CosignLayer(made["media_type"], made["data"], made["annotations"])
    )
    place = SignaturePlace(Layout.COSIGN_TAG, digest, OTHER)
    return judge(place, lambda: verify(cosign.procedure(cosign_layer), digest, trust))


def bundle(made: Mapping[str, Any] | bytes, trust: Trust, digest: str = DIGEST) -> Signature:
    """The verdict on a Sigstore bundle."""
    data = made if isinstance(made, bytes) else json.dumps(made).encode()
    place = SignaturePlace(Layout.BUNDLE, digest, OTHER)
    return judge(place, lambda: verify(bundles.procedure(data, digest), digest, trust))


def docker(made: Mapping[str, Any] | bytes, trust: Trust, digest: str = DIGEST) -> Signature:
    """The verdict on an envelope of Docker's."""
    data = made if isinstance(made, bytes) else json.dumps(made).encode()
    place = SignaturePlace(Layout.DOCKER_DSSE, digest, OTHER)
    return judge(place, lambda: verify(docker_dsse.procedure(data), digest, trust))


def jws(data: bytes, trust: Trust, digest: str = DIGEST, *, media_type: str = JWS, now: datetime = TODAY) -> Signature:
    """The verdict on a signature of Notation's."""
    place = SignaturePlace(Layout.NOTATION, digest, OTHER)
    return judge(place, lambda: verify(notation.procedure(data, media_type, now), digest, trust))


def assert_valid(signature: Signature) -> None:
    assert signature.state is SignatureState.VALID, signature.reason
    assert (signature.reason, signature.code) == ("", None)


def assert_invalid(signature: Signature, because: str | SignatureReason) -> None:
    _assert_not_valid(signature, SignatureState.INVALID, because)


def assert_unverifiable(signature: Signature, because: str | SignatureReason) -> None:
    _assert_not_valid(signature, SignatureState.UNVERIFIABLE, because)


def _assert_not_valid(signature: Signature, state: SignatureState, because: str | SignatureReason) -> None:
    fits = signature.code is because if isinstance(because, SignatureReason) else because in signature.reason
    assert (signature.state, fits, signature.code is None) == (state, True, False), signature
    assert signature.identity == signature.key_name == ""
