"""One thing taken for another: documents with two readings, and signatures made for something else."""

import json
from typing import Any

import pytest

from bot.signatures.keys import NamedKey
from bot.signatures.pae import pae
from tests.private_fulcio import Signer, new_key
from tests.private_sigstore import DSSE, IN_TOTO, SIMPLE_SIGNING, PrivateSigstore, b64, simple_signing, statement
from tests.signatures.judged import (
    DIGEST,
    OTHER,
    assert_invalid,
    assert_unverifiable,
    assert_valid,
    bundle,
    layer,
)

SLSA = "https://slsa.dev/provenance/v1"
HOLDER = Signer(new_key())
SIGNATURE = "dev.cosignproject.cosign/signature"


@pytest.fixture(scope="module")
def trust(sigstore: PrivateSigstore) -> Any:  # noqa: ANN401 - a Trust
    return sigstore.trust(NamedKey("release", HOLDER.public))


def envelope(content: bytes, signed: bytes, kind: str = IN_TOTO) -> bytes:
    """An envelope whose signature is over `signed`."""
    made = {"payloadType": kind, "payload": b64(content), "signatures": [{"sig": b64(HOLDER.sign(signed))}]}
    return json.dumps(made).encode()


def att(data: bytes) -> dict[str, Any]:
    return {"media_type": DSSE, "data": data, "annotations": {"predicateType": SLSA}}


class TestMadeForSomethingElse:
    """The same key signs images, statements and blobs; none stands in for another."""

    def test_a_statement_signed_as_it_is(self, trust: Any) -> None:  # noqa: ANN401
        content = statement(DIGEST, SLSA, {})
        assert_invalid(layer(att(envelope(content, content)), trust), "no key of the policy fits")

    def test_an_image_signature_in_an_envelope(self, trust: Any) -> None:  # noqa: ANN401
        payload = simple_signing(DIGEST)
        assert_unverifiable(
            layer(att(envelope(payload, pae(IN_TOTO, payload))), trust), "the signed statement is not valid: "
        )

    def test_an_envelope_of_another_kind(self, trust: Any) -> None:  # noqa: ANN401
        content = statement(DIGEST, SLSA, {})
        made = envelope(content, pae("text/plain", content), "text/plain")
        assert_unverifiable(layer(att(made), trust), "something else than an in-toto statement")
        relabelled = envelope(content, pae("text/plain", content))
        assert_invalid(layer(att(relabelled), trust), "no key of the policy fits")

    @pytest.mark.parametrize("content", [pae(IN_TOTO, statement(DIGEST, SLSA, {})), statement(DIGEST, SLSA, {})])
    def test_a_statement_as_an_image_signature(self, trust: Any, content: bytes) -> None:  # noqa: ANN401
        made = {"media_type": SIMPLE_SIGNING, "data": content, "annotations": {SIGNATURE: b64(HOLDER.sign(content))}}
        assert_unverifiable(layer(made, trust), "the signed payload is no")

    def test_another_document_of_the_same_shape(self, trust: Any) -> None:  # noqa: ANN401
        payload = simple_signing(DIGEST).replace(b"cosign container image signature", b"atomic container signature")
        made = {"media_type": SIMPLE_SIGNING, "data": payload, "annotations": {SIGNATURE: b64(HOLDER.sign(payload))}}
        assert_invalid(layer(made, trust), "not an image signature")


class TestTwoReadings:
    """The last of two equal keys counts, for us and for the library alike; what it says is what was signed."""

    def test_two_envelopes(self, sigstore: PrivateSigstore, signer: Signer) -> None:
        good, other = (sigstore.bundle(statement(digest), signer) for digest in (DIGEST, OTHER))
        twice = json.dumps(good).replace(
            '"dsseEnvelope":', f'"dsseEnvelope": {json.dumps(other["dsseEnvelope"])}, "dsseEnvelope":'
        )
        assert_valid(bundle(twice.encode(), sigstore.trust()))
        assert_invalid(bundle(twice.encode(), sigstore.trust(), OTHER), "about another digest")

    @pytest.mark.parametrize("kind", ["dsse/0.0.1", "intoto/0.0.2"])
    @pytest.mark.parametrize("key", ["dsse_envelope", "verification_material", "media_type"])
    def test_a_second_spelling(self, sigstore: PrivateSigstore, signer: Signer, key: str, kind: str) -> None:
        """The library knows both spellings of protobuf's names, we know one; it does not read every kind of entry."""
        good, other = (sigstore.bundle(statement(digest), signer, kind=kind) for digest in (DIGEST, OTHER))
        camel = {
            "dsse_envelope": "dsseEnvelope",
            "verification_material": "verificationMaterial",
            "media_type": "mediaType",
        }
        for made in ({**good, key: other[camel[key]]}, {key: other[camel[key]], **good}):
            for digest in (DIGEST, OTHER):
                assert bundle(made, sigstore.trust(), digest).state != "valid"

    def test_a_second_spelling_further_inside(self, sigstore: PrivateSigstore, signer: Signer) -> None:
        made = sigstore.bundle(statement(DIGEST), signer, kind="intoto/0.0.2")
        assert_valid(bundle(made, sigstore.trust()))
        entry = made["verificationMaterial"]["tlogEntries"][0]
        entry["integrated_time"] = "1"
        assert_unverifiable(bundle(made, sigstore.trust()), "spells one key in two ways")

    def test_two_subjects_lists(self, trust: Any) -> None:  # noqa: ANN401
        content = statement(DIGEST, SLSA, {})
        twice = content.replace(b'"subject":', b'"subject": [], "subject":')
        assert_unverifiable(layer(att(envelope(twice, pae(IN_TOTO, twice))), trust), "occurs twice")

    def test_two_digests_in_a_signed_payload(self, trust: Any) -> None:  # noqa: ANN401
        payload = simple_signing(DIGEST).replace(
            b'"docker-manifest-digest":', f'"docker-manifest-digest": "{OTHER}", "docker-manifest-digest":'.encode()
        )
        made = {"media_type": SIMPLE_SIGNING, "data": payload, "annotations": {SIGNATURE: b64(HOLDER.sign(payload))}}
        assert_valid(layer(made, trust))
        assert_invalid(layer(made, trust, OTHER), "about another digest")


@pytest.mark.parametrize(
    "subjects",
    [
        [{"digest": {"sha512": "ab" * 64}}],
        [{"digest": {"sha512": DIGEST.removeprefix("sha256:")}}],
        [{"digest": {"sha256": DIGEST}}],
        [{"digest": {"sha256": DIGEST.removeprefix("sha256:").upper()}}],
        [{"name": DIGEST, "digest": {}}],
        [{"name": DIGEST}],
        [],
    ],
)
def test_subjects_that_only_look_like_it(trust: Any, subjects: list[Any]) -> None:  # noqa: ANN401
    content = json.dumps({**json.loads(statement(DIGEST, SLSA, {})), "subject": subjects}).encode()
    assert_invalid(layer(att(envelope(content, pae(IN_TOTO, content))), trust), "about another digest")


def test_one_of_many_subjects_is_enough(trust: Any) -> None:  # noqa: ANN401
    right = json.loads(statement(DIGEST, SLSA, {}))["subject"]
    content = json.dumps(
        {**json.loads(statement(OTHER, SLSA, {})), "subject": [{"digest": {"x": "y"}}] * 9 + right}
    ).encode()
    assert_valid(layer(att(envelope(content, pae(IN_TOTO, content))), trust))
    assert_invalid(layer(att(envelope(content, pae(IN_TOTO, content))), trust, OTHER), "about another digest")


@pytest.mark.parametrize("spoil", [" {}", "{}\t", "{}=", "-{}", "{}é"])
def test_base64_is_read_strictly(trust: Any, spoil: str) -> None:  # noqa: ANN401
    payload = simple_signing(DIGEST)
    text = spoil.format(b64(HOLDER.sign(payload)))
    made = {"media_type": SIMPLE_SIGNING, "data": payload, "annotations": {SIGNATURE: text}}
    assert_unverifiable(layer(made, trust), "not base64")


@pytest.mark.parametrize("wrap", ["{}{}\n", "{}{}\r\n", "{}\n{}\n"])
def test_a_signature_that_was_attached_from_a_file_keeps_its_line_ends(trust: Any, wrap: str) -> None:  # noqa: ANN401
    """`openssl base64` breaks lines, `cosign attach signature` takes the file as it is, and Go reads over line ends."""
    payload = simple_signing(DIGEST)
    text = b64(HOLDER.sign(payload))
    broken = wrap.format(text[:64], text[64:])
    assert_valid(layer({"media_type": SIMPLE_SIGNING, "data": payload, "annotations": {SIGNATURE: broken}}, trust))
    assert_invalid(
        layer({"media_type": SIMPLE_SIGNING, "data": payload + b" ", "annotations": {SIGNATURE: broken}}, trust),
        "no key of the policy fits",
    )


def _for_urls(text: str) -> str:
    return text.replace("+", "-").replace("/", "_")


def test_base64_of_an_envelope_may_be_that_for_urls(trust: Any) -> None:  # noqa: ANN401
    """DSSE: "either standard or URL-safe encoding is allowed". Some of these signatures have such signs."""
    content = statement(DIGEST, SLSA, {"said": "???>>>"})
    assert {"+", "/"} & set(b64(content))
    for _ in range(8):
        made = json.loads(envelope(content, pae(IN_TOTO, content)))
        made["payload"] = _for_urls(made["payload"])
        made["signatures"][0]["sig"] = _for_urls(made["signatures"][0]["sig"])
        assert_valid(layer(att(json.dumps(made).encode()), trust))
        made["payload"] = made["payload"].replace("-", "~").replace("_", "~")
        assert_unverifiable(layer(att(json.dumps(made).encode()), trust), "not base64")


def test_base64_of_a_bundle_may_be_that_for_urls(sigstore: PrivateSigstore, trust: Any) -> None:  # noqa: ANN401
    made = sigstore.bundle(statement(DIGEST, SLSA, {"said": "???>>>"}), HOLDER)
    made["dsseEnvelope"]["payload"] = _for_urls(made["dsseEnvelope"]["payload"])
    assert_valid(bundle(made, trust))
