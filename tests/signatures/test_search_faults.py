"""What goes wrong while signatures are looked for: it is never absence, never a pass, and never the end of a check."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.context import Context
from bot.errors import SettingsError
from bot.evidence import Evidence, MissingBlob
from bot.oci.reference import fallback_tag
from bot.policy import default_policies
from bot.policy.search import Searching
from bot.rules import Outcome
from bot.rules.signature_missing import rule as signature_missing
from bot.signatures.discovery import CANDIDATES_MAX
from bot.signatures.options import RootOptions
from bot.signatures.signature import SignatureState
from bot.unreadable import MissingKind
from tests.evidence.building import NAME
from tests.fake_registry import FakeRegistry
from tests.oci.opened import Clock
from tests.private_fulcio import Signer
from tests.private_sigstore import PrivateSigstore, statement
from tests.registry_faults import Body, Fault, Flip, Hang, Status
from tests.signatures.signing import BUNDLE, Signed, look

HASTE = Clock().pace(connect=0.2, read=0.2, total=0.4)
SIGSTORE = PrivateSigstore()


@pytest.fixture(scope="module")
def signer() -> Signer:
    return SIGSTORE.signer()


@pytest.fixture
async def signed() -> AsyncIterator[Signed]:
    async with FakeRegistry() as registry:
        yield Signed(registry)


def is_unknown(evidence: Evidence) -> None:
    """Whether the image is signed cannot be told; what is in the index can."""
    assert evidence.signatures_unreadable
    assert not any(one.state is SignatureState.VALID for one in evidence.signatures)
    outcomes = {finding.outcome for finding in signature_missing.findings(Context(evidence))}
    assert outcomes == {Outcome.UNKNOWN}
    assert all(platform.provenance is not None for platform in evidence.platforms)


@pytest.mark.parametrize("place", ["/referrers/", ".sig"])
@pytest.mark.parametrize(
    "fault",
    [Status(500), Status(429, headers={"Retry-After": "7200"}), Status(403), Hang()],
    ids=["500", "429", "403", "hang"],
)
async def test_a_place_that_does_not_answer(signed: Signed, place: str, fault: Fault) -> None:
    signed.image()
    signed.registry.fault(place, fault)
    evidence = await signed.found(SIGSTORE.trust(), pace=HASTE)
    is_unknown(evidence)
    assert any(("referrers" if "ref" in place else ".sig") in one.reason for one in evidence.signatures_unreadable)


async def test_a_signature_elsewhere_is_enough(signed: Signed, signer: Signer) -> None:
    index, *_ = signed.image()
    signed.sig_tag(index, SIGSTORE.sig_layer(index, signer))
    signed.registry.fault("/referrers/", Status(500))
    evidence = await signed.found(SIGSTORE.trust(), pace=HASTE)
    assert [one.state for one in evidence.signatures] == ["valid"]
    assert list(signature_missing.findings(Context(evidence))) == []


@pytest.mark.parametrize("lists_tags", [True, False])
async def test_a_manifest_that_is_named_and_gone(signed: Signed, signer: Signer, *, lists_tags: bool) -> None:
    """The tag is there, whether a list or a HEAD says so: nobody may say that there is no signature."""
    index, *_ = signed.image()
    manifest = signed.sig_tag(index, SIGSTORE.sig_layer(index, signer))
    signed.registry.fault(manifest, Status(404), method="GET")
    signed.registry.fault(f"{fallback_tag(index)}.sig", Status(404), method="GET")
    if not lists_tags:
        signed.registry.fault("/tags/list", Status(403))
    evidence = await signed.found(SIGSTORE.trust())
    assert MissingBlob(manifest, "a tag or a list of referrers", MissingKind.SIGNATURE) in evidence.missing
    is_unknown(evidence)


async def test_a_layer_that_is_named_and_gone(signed: Signed, signer: Signer) -> None:
    index, *_ = signed.image()
    manifest = signed.bundle(index, SIGSTORE.bundle(statement(index), signer))
    layer = json.loads(signed.repository.manifests[manifest].data)["layers"][0]["digest"]
    signed.registry.lose(NAME, layer)
    evidence = await signed.found(SIGSTORE.trust())
    assert MissingBlob(layer, manifest, MissingKind.SIGNATURE) in evidence.missing
    is_unknown(evidence)


async def test_other_bytes_than_were_named(signed: Signed, signer: Signer) -> None:
    index, *_ = signed.image()
    made = SIGSTORE.sig_layer(index, signer)
    manifest = signed.sig_tag(index, made)
    layer = json.loads(signed.repository.manifests[manifest].data)["layers"][0]["digest"]
    signed.registry.fault(layer, Flip())
    is_unknown(await signed.found(SIGSTORE.trust()))


async def test_a_layer_that_says_it_is_enormous_is_not_asked_for(signed: Signed) -> None:
    index, *_ = signed.image()
    digest = "sha256:" + "ab" * 32
    signed.referrer(index, [{"mediaType": BUNDLE, "digest": digest, "size": 10**12}], BUNDLE)
    evidence = await signed.found(SIGSTORE.trust())
    is_unknown(evidence)
    assert signed.registry.count("GET", digest) == 0


async def test_a_flood_of_referrers_is_not_opened(signed: Signed) -> None:
    index, *_ = signed.image()
    for number in range(CANDIDATES_MAX + 10):
        signed.referrer(index, [], f"application/vnd.example.{number}")
    evidence = await signed.found(SIGSTORE.trust())
    is_unknown(evidence)
    assert signed.registry.count("GET", "/manifests/") <= CANDIDATES_MAX + 5  # index, platforms, their attestations
    assert any("CANDIDATES_MAX" in one.reason for one in evidence.signatures_unreadable)


async def test_a_flood_of_layers_is_judged_up_to_a_limit_and_the_rest_is_said(signed: Signed, signer: Signer) -> None:
    """The same blob a thousand times costs one request, but a thousand verdicts."""
    index, amd64, arm64 = signed.image()
    for about in (index, amd64, arm64):
        made = SIGSTORE.sig_layer(about, signer)
        layers = [{**made, "annotations": {**made["annotations"], "n": str(n)}} for n in range(65)]
        for layer in layers:
            layer["annotations"]["dev.sigstore.cosign/bundle"] = "{}"
        signed.sig_tag(about, *layers)
    evidence = await signed.found(SIGSTORE.trust())
    said = " ".join(one.reason for one in evidence.signatures_unreadable)
    assert "LAYERS_MAX = 64" in said
    assert "JUDGED_MAX = 128" in said
    is_unknown(evidence)


async def test_a_tag_that_holds_something_else(signed: Signed) -> None:
    index, *_ = signed.image()
    tag = index.replace(":", "-") + ".sig"
    signed.registry.tag(NAME, tag, signed.registry.push_manifest(NAME, {"schemaVersion": 2, "manifests": []}))
    is_unknown(await signed.found(SIGSTORE.trust()))


async def test_a_referrer_that_refers_to_itself_and_one_that_is_no_manifest(signed: Signed, signer: Signer) -> None:
    index, *_ = signed.image()
    signed.bundle(index, SIGSTORE.bundle(statement(index), signer))
    listed = [{"mediaType": "application/vnd.oci.image.index.v1+json", "digest": index, "size": 1}]
    fallback = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": listed}
    signed.registry.fault(f"/referrers/{index}", Body(json.dumps(fallback).encode()))
    evidence = await signed.found(SIGSTORE.trust())
    assert evidence.signatures == ()


async def test_a_referrer_in_a_form_that_nobody_reads_may_be_a_signature(signed: Signed) -> None:
    """Before OCI 1.1 was done there was a manifest for artifacts, with blobs instead of layers."""
    index, *_ = signed.image()
    held = signed.repository.manifests[index]
    subject = {"mediaType": held.media_type, "digest": index, "size": len(held.data)}
    kind = "application/vnd.oci.artifact.manifest.v1+json"
    old = {"mediaType": kind, "artifactType": "application/vnd.cncf.notary.signature", "subject": subject}
    signed.registry.push_manifest(NAME, {**old, "blobs": []})
    is_unknown(await signed.found(SIGSTORE.trust()))


async def test_a_root_that_is_none_is_said_at_the_start_and_later_makes_nothing_valid(
    signed: Signed, signer: Signer, tmp_path: Path
) -> None:
    index, *_ = signed.image()
    signed.sig_tag(index, SIGSTORE.sig_layer(index, signer))
    file = tmp_path / "root.json"
    file.write_bytes(b"{}")
    searching = Searching(RootOptions(files=(file,)), default_policies)
    with pytest.raises(SettingsError, match=r"root\.json"):
        searching.prepare()
    evidence = await look(signed, searching.for_image(signed.reference))
    assert [(one.state, "root.json" in one.reason) for one in evidence.signatures] == [("unverifiable", True)]
