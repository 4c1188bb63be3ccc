"""Another digest was signed."""

import json

import pytest

from bot.errors import RefusedError
from bot.signatures.cosign.simple_signing import PAYLOAD_TYPE, verify_content
from bot.signatures.reason import SignatureReason
from bot.signatures.signature import SignatureState
from tests.causes.showing import hides, shows, sibling, unsigned, workflow
from tests.making import digest, image, platform, provenance, signature

ID = "signed-other-digest"


def test_siblings_are_signed_and_this_one_is_not() -> None:
    case = {"evidence": unsigned(), "rule": "signature-missing", "sisters": [sibling()]}
    cause = shows(ID, "likely", "quay.io/acme/worker:1.2.3, of the same build, is signed", **case)
    assert "steps.build-app.outputs.digest" in cause.snippet
    shows(ID, "certain", workflow=workflow("workflow-sign-wrong-step"), **case)


def test_a_signature_that_stands_here_and_speaks_of_another_image() -> None:
    critical = {"type": PAYLOAD_TYPE, "identity": {}, "image": {"docker-manifest-digest": digest("other")}}
    with pytest.raises(RefusedError) as refused:
        verify_content(json.dumps({"critical": critical}).encode(), digest("index"))
    strange = image(
        signatures=(signature(SignatureState.INVALID, reason="x", code=SignatureReason(refused.value.code)),)
    )
    shows(ID, "likely", "is about another digest", evidence=strange, rule="signature-invalid")


def test_a_signature_by_another_key_looks_alike() -> None:
    """Whatever the sentence says: the code decides."""
    said = "the signature does not fit, and is not about another digest"
    evidence = image(signatures=(signature(SignatureState.INVALID, reason=said),))
    hides(ID, evidence=evidence, rule="signature-invalid")


def test_an_image_of_another_build_looks_alike() -> None:
    other = sibling(platform(provenance=provenance(revision="f" * 40)))
    hides(ID, evidence=unsigned(), rule="signature-missing", sisters=[other])


def test_unsigned_siblings_look_alike() -> None:
    hides(ID, evidence=unsigned(), rule="signature-missing", sisters=[sibling(signatures=())])
