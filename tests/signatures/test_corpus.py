"""Public material from elsewhere, where it stands beside the repository: the expected verdict in every case."""

import base64
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from bot.errors import MalformedError
from bot.signatures.bundles.document import read_bundle, split_bundles
from bot.signatures.cosign.layer import CosignLayer
from bot.signatures.keys import NamedKey, read_pem
from bot.signatures.roots.root import Trust, TrustedRoot, read_root
from bot.signatures.signature import Signature, SignatureState
from tests.signatures.judged import bundle, docker, jws
from tests.signatures.judged import layer as judged_layer

CONFORMANCE_ARTIFACT = "sha256:a0cfc71271d6e278e57cd332ff957c3f7043fdda354c4cbb190a30d56efa01bf"
"""What the conformance cases sign when they bring no artifact of their own."""


@pytest.fixture(scope="module")
def corpus(shared_data: Path) -> Path:
    return shared_data / "corpus"


@pytest.fixture(scope="module")
def roots(corpus: Path) -> tuple[TrustedRoot, ...]:
    """The public root and GitHub's, of July 2026."""
    lines = (corpus / "bundles/trusted-roots-public-and-github-2026-07.jsonl").read_bytes().splitlines()
    return tuple(read_root(line, name=name) for name, line in zip(("public", "github"), lines, strict=True))


def cases(corpus: Path, folder: str) -> Iterator[dict[str, Any]]:
    yield from (case for case in json.loads((corpus / "index.json").read_bytes()) if case["file"].startswith(folder))


def judged(data: bytes, digest: str, trust: Trust) -> Signature:
    return bundle(data, trust, digest)


def test_every_conformance_case(corpus: Path, roots: tuple[TrustedRoot, ...]) -> None:
    wrong = {}
    seen = 0
    for case in cases(corpus, "sigstore-conformance"):
        seen += 1
        folder = corpus / case["file"]
        verdict = _conformance(folder, roots[0])
        if (verdict == "valid") != case["expected"]["valid"]:
            wrong[folder.name] = verdict
    assert wrong == {}
    assert seen == 50


def _conformance(folder: Path, public: TrustedRoot) -> str:
    """The verdict, or that our settings would have refused the root or the key that the case brings."""
    own, key, artifact = folder / "trusted_root.json", folder / "key.pub", folder / "artifact"
    try:
        root = read_root(own.read_bytes(), name=own.name) if own.exists() else public
        keys = (NamedKey("key", read_pem(key.read_bytes())),) if key.exists() else ()
    except MalformedError:
        return "not taken"
    digest = f"sha256:{hashlib.sha256(artifact.read_bytes()).hexdigest()}" if artifact.exists() else ""
    data = (folder / "bundle.sigstore.json").read_bytes()
    return judged(data, digest or CONFORMANCE_ARTIFACT, Trust((root,), keys)).state


def test_every_bundle(corpus: Path, roots: tuple[TrustedRoot, ...]) -> None:
    for case in cases(corpus, "bundles/"):
        if "trusted root" in case["format"]:
            continue
        data = (corpus / case["file"]).read_bytes()
        if "answer" in case["file"]:
            data = json.dumps([item["bundle"] for item in json.loads(data)["attestations"]]).encode()
        for one in split_bundles(data):
            verdict = judged(one, _subject(one), Trust(roots))
            assert (verdict.state == "valid") == case["expected"]["valid"], (case["file"], verdict.reason)
            if expected := case["expected"].get("predicateType"):
                assert (verdict.predicate_type or "https://sigstore.dev/cosign/sign/v1") == expected


def test_github_s_private_instance_needs_its_own_root(corpus: Path, roots: tuple[TrustedRoot, ...]) -> None:
    data = (corpus / "bundles/github-private-instance-tsa-only.jsonl").read_bytes()
    verdict = judged(data, _subject(data), Trust(roots[:1]))
    assert (verdict.state, "GitHub's private Sigstore" in verdict.reason) == (SignatureState.UNVERIFIABLE, True)


def test_bundles_that_cosign_3_pushed_to_real_registries(corpus: Path, roots: tuple[TrustedRoot, ...]) -> None:
    for file in sorted((corpus / "cosign-v3").glob("*/bundle.sigstore.json")):
        manifest = json.loads((file.parent / "bundle-manifest.json").read_bytes())
        verdict = judged(file.read_bytes(), manifest["subject"]["digest"], Trust(roots))
        assert verdict.state is SignatureState.VALID
        assert verdict.identity.startswith("https://github.com/docker/github-builder-experimental/")


def test_attestations_of_the_slsa_generator(corpus: Path, roots: tuple[TrustedRoot, ...]) -> None:
    for case in cases(corpus, "oci-layouts/slsa-generator"):
        expected = case["expected"]["cosign_att"]
        [layer] = _att_layers(corpus / case["file"])
        verdict = judged_layer(layer, Trust(roots), case["expected"]["image_digest"])
        assert (verdict.identity, verdict.issuer) == (expected["identity"], expected["issuer"])
        assert verdict.predicate_type == expected["predicate"]


@pytest.mark.parametrize(
    ("folder", "key", "valid"),
    [
        ("dir-img-cosign-valid", "cosign.pub", True),
        ("dir-img-cosign-valid", "cosign2.pub", False),
        ("dir-img-cosign-modified-manifest", "cosign.pub", False),
        ("dir-img-cosign-key-rekor-valid", "cosign2.pub", True),
    ],
)
def test_older_signatures_with_keys(
    corpus: Path, roots: tuple[TrustedRoot, ...], folder: str, key: str, *, valid: bool
) -> None:
    place = corpus / "cosign-legacy" / folder
    digest = "sha256:" + hashlib.sha256((place / "manifest.json").read_bytes()).hexdigest()
    verdict = _keyed(place / "signature-1", digest, Trust(roots, (_key(corpus / "cosign-legacy" / key),)))
    assert (verdict.state is SignatureState.VALID) == valid, verdict.reason
    assert verdict.state is not SignatureState.UNVERIFIABLE


def test_a_signature_with_a_key_that_nobody_knows(corpus: Path) -> None:
    file = corpus / "cosign-legacy/unknown-cosign-key.signature"
    layer = _dir_layer(file)
    digest = json.loads(layer.data)["critical"]["image"]["docker-manifest-digest"]
    assert _keyed(file, digest, Trust((), (_key(corpus / "cosign-legacy/cosign.pub"),))).state == "invalid"


@pytest.mark.parametrize(("key", "state"), [("alice", "valid"), ("bob", "invalid"), ("default", "invalid")])
def test_a_sig_manifest_of_a_real_registry(corpus: Path, key: str, state: str) -> None:
    """Of the signed payload only its sibling was stored; they differ in nothing but the digest."""
    place = corpus / "cosign-legacy/connaisseur"
    [sibling] = (place / "securesystemsengineering/testimage/blobs").iterdir()
    [manifest] = (place / "securesystemsengineering/testimage/manifests").glob("sha256-*.sig.json")
    digest = manifest.name.removesuffix(".sig.json").replace("-", ":")
    other = json.loads(sibling.read_bytes())["critical"]["image"]["docker-manifest-digest"]
    payload = sibling.read_bytes().replace(other.encode(), digest.encode())
    [listed] = json.loads(manifest.read_bytes())["layers"]
    assert listed["digest"] == "sha256:" + hashlib.sha256(payload).hexdigest()
    layer = CosignLayer(listed["mediaType"], payload, listed["annotations"])
    trust = Trust(keys=(_key(place / f"{key}.key"),))
    assert judged_layer(layer, trust, digest).state == state


def test_docker_s_own_envelope(corpus: Path, roots: tuple[TrustedRoot, ...]) -> None:
    data = (corpus / "dsse/docker-signed-provenance.json").read_bytes()
    envelope = json.loads(data)
    body = base64.b64decode(envelope["signatures"][0]["extension"]["ext"]["tl"]["data"]["body"])
    pem = base64.b64decode(json.loads(body)["spec"]["signature"]["publicKey"]["content"])
    key: Any = x509.load_pem_x509_certificate(pem).public_key()
    subject = json.loads(base64.b64decode(envelope["payload"]))["subject"][0]["digest"]["sha256"]
    verdict = docker(data, Trust(roots, (NamedKey("docker", key),)), f"sha256:{subject}")
    assert (verdict.state, verdict.signed_at) == ("valid", "2024-04-19T16:25:11Z")
    assert docker(data, Trust(roots), f"sha256:{subject}").state == "unverifiable"


@pytest.mark.parametrize(("case", "state"), [("valid", "valid"), ("expired", "invalid"), ("invalid", "unverifiable")])
def test_notation_s_own_layouts(corpus: Path, case: str, state: str) -> None:
    """The invalid one holds no envelope at all, so there is nothing that could be refused."""
    [(media_type, data, digest)] = _notation(corpus / f"oci-layouts/notation-e2e-{case}-signature")
    certificate = notation_certificate(corpus / "oci-layouts/notation-e2e-valid-signature")
    trust = Trust(notation=(certificate,))
    assert jws(data, trust, digest, media_type=media_type).state == state


def notation_certificate(folder: Path) -> x509.Certificate:
    """The certificate that signed it, which is its own authority."""
    [(_, known, _)] = _notation(folder)
    return x509.load_der_x509_certificate(base64.b64decode(json.loads(known)["header"]["x5c"][-1]))


def _subject(data: bytes) -> str:
    """The first digest that the statement is about; any other when the envelope holds no statement."""
    sealed = read_bundle(data).dsse_envelope
    if sealed is None or sealed.payload_type == "text/plain":
        return CONFORMANCE_ARTIFACT
    [(algorithm, value), *_] = json.loads(sealed.payload)["subject"][0]["digest"].items()
    return f"{algorithm}:{value}"


def _att_layers(folder: Path) -> Iterator[CosignLayer]:
    for blob in (folder / "blobs/sha256").iterdir():
        manifest = _json(blob)
        for layer in manifest.get("layers") or ():
            if layer["mediaType"] == "application/vnd.dsse.envelope.v1+json":
                data = (folder / "blobs" / layer["digest"].replace(":", "/")).read_bytes()
                yield CosignLayer(layer["mediaType"], data, layer["annotations"])


def _notation(folder: Path) -> Iterator[tuple[str, bytes, str]]:
    for blob in (folder / "blobs/sha256").iterdir():
        manifest = _json(blob)
        if manifest.get("subject"):
            [layer] = manifest["layers"]
            data = (folder / "blobs" / layer["digest"].replace(":", "/")).read_bytes()
            yield layer["mediaType"], data, manifest["subject"]["digest"]


def _json(blob: Path) -> dict[str, Any]:
    try:
        document = json.loads(blob.read_bytes())
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _dir_layer(file: Path) -> CosignLayer:
    """containers/image's form: a line that names the format, then JSON."""
    document = json.loads(file.read_bytes().partition(b"\n")[2])
    return CosignLayer(document["mimeType"], base64.b64decode(document["payload"]), document["annotations"])


def _keyed(file: Path, digest: str, trust: Trust) -> Signature:
    layer = _dir_layer(file)
    return judged_layer(layer, trust, digest)


def _key(file: Path) -> NamedKey:
    return NamedKey(file.name, read_pem(file.read_bytes()))
