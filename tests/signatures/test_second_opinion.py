"""sigstore-python is asked last, about what our own steps already accept; its no is never a pass, nor a refutation."""

import json
import sys
from typing import Any

import pytest

from bot.errors import MalformedError, UndecidableError
from bot.signatures.bundles.document import read_bundle
from bot.signatures.bundles.library import SAID_MAX, SecondOpinion
from bot.signatures.reason import SignatureReason
from bot.signatures.roots.root import Trust
from bot.values import replace
from tests.private_fulcio import Signer
from tests.private_sigstore import PrivateSigstore, b64, statement
from tests.signatures.judged import DIGEST, OTHER, assert_unverifiable, assert_valid, bundle


@pytest.fixture
def made(sigstore: PrivateSigstore, signer: Signer) -> dict[str, Any]:
    return sigstore.bundle(statement(DIGEST), signer)


def opinion(made: dict[str, Any], of: dict[str, Any], signer: Signer) -> SecondOpinion:
    """Our reading of the one, and the library's of the other."""
    assert signer.certificate is not None
    data = json.dumps(of).encode()
    return SecondOpinion(read_bundle(json.dumps(made).encode()), data, signer.certificate, DIGEST)


def test_it_agrees(sigstore: PrivateSigstore, signer: Signer, made: dict[str, Any]) -> None:
    opinion(made, made, signer)(sigstore.trust().roots[0])


def test_it_does_not_agree(sigstore: PrivateSigstore, signer: Signer, made: dict[str, Any]) -> None:
    spoilt = json.loads(json.dumps(made))
    spoilt["dsseEnvelope"]["signatures"][0]["sig"] = b64(signer.sign(b"something else"))
    with pytest.raises(UndecidableError, match="sigstore-python does not agree") as error:
        opinion(made, spoilt, signer)(sigstore.trust().roots[0])
    assert error.value.code is SignatureReason.SECOND_OPINION
    assert len(str(error.value)) < SAID_MAX + 50


def test_it_does_not_agree_about_a_signature_over_the_manifest(sigstore: PrivateSigstore, signer: Signer) -> None:
    made = sigstore.message_bundle(b"manifest", signer)
    digest = f"sha256:{made['messageSignature']['messageDigest'].pop('hex')}"
    assert_valid(bundle(made, sigstore.trust(), digest))
    spoilt = json.loads(json.dumps(made))
    spoilt["messageSignature"]["signature"] = b64(signer.sign(b"another manifest"))
    with pytest.raises(UndecidableError, match="sigstore-python does not agree"):
        replace(opinion(made, spoilt, signer), digest=digest)(sigstore.trust().roots[0])


def test_it_reads_something_else(sigstore: PrivateSigstore, signer: Signer, made: dict[str, Any]) -> None:
    other = sigstore.bundle(statement(OTHER), signer)
    with pytest.raises(MalformedError, match="differently to two readers"):
        opinion(made, other, signer)(sigstore.trust().roots[0])
    stranger = sigstore.signer()
    with pytest.raises(MalformedError, match="differently to two readers"):
        opinion(made, sigstore.bundle(statement(DIGEST), stranger), signer)(sigstore.trust().roots[0])


def test_without_the_library_nothing_is_claimed(
    sigstore: PrivateSigstore, signer: Signer, made: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sigstore", None)
    assert_unverifiable(bundle(made, sigstore.trust()), SignatureReason.LIBRARY_MISSING)
    assert_valid(bundle(sigstore.bundle(statement(DIGEST), signer, kind="intoto/0.0.2"), sigstore.trust()))


def test_it_is_asked_with_every_root_that_may_vouch(
    sigstore: PrivateSigstore, stranger: PrivateSigstore, made: dict[str, Any]
) -> None:
    assert_valid(bundle(made, Trust((*stranger.trust().roots, *sigstore.trust().roots))))
