"""An index of the attacker's own around a child that the right workflow signed, and his own image hidden in it."""

from collections.abc import AsyncIterator

import pytest

from bot.attestations.statement import SLSA_V1, SPDX
from bot.context import Expected, ExpectedIdentity
from bot.evidence.options import ATTESTATION_LAYERS_MAX
from bot.policy import Policy
from bot.report import Verdict
from tests.attestations.predicates import BUILT, v1
from tests.evidence.building import OCI_INDEX, OCI_MANIFEST, Json
from tests.fake_registry import FakeRegistry
from tests.making import NOW, reported
from tests.private_fulcio import ISSUER
from tests.private_sigstore import PrivateSigstore, statement
from tests.registry_faults import Status
from tests.registry_shelf import descriptor, encode
from tests.signatures.signing import Signed

SIGSTORE = PrivateSigstore()
VSA = "https://slsa.dev/verification_summary/v1"
PREDICATES = {
    SLSA_V1: v1(internal={"buildConfig": BUILT}),
    SPDX: {"spdxVersion": "SPDX-2.3", "packages": []},
    VSA: {"verificationResult": "PASSED"},
}
WORKFLOW = "https://github.com/acme/app/.github/workflows/release.yml@refs/tags/1"
POLICY = Policy(
    "signed by us",
    require=frozenset({"signature-missing", "signature-invalid", "signature-identity-unexpected"}),
    expected=Expected(identities=(ExpectedIdentity(ISSUER, WORKFLOW),)),
)


@pytest.fixture
async def signed() -> AsyncIterator[Signed]:
    async with FakeRegistry() as registry:
        yield Signed(registry)


def push(signed: Signed, *hidden: Json) -> Json:
    """The child that is signed, and what stands beside it."""
    child = signed.platform("linux/amd64")
    signed.bundle(child["digest"], SIGSTORE.bundle(statement(child["digest"]), SIGSTORE.signer(WORKFLOW)))
    signed.index(child, *hidden)
    return child


async def verdict(signed: Signed) -> Verdict:
    return reported(await signed.found(SIGSTORE.trust()), POLICY, now=NOW).verdict


async def test_the_signed_child_alone_passes(signed: Signed) -> None:
    push(signed)
    assert await verdict(signed) is Verdict.PASS


@pytest.mark.parametrize("platform", [None, {}, {"os": "unknown", "architecture": "unknown"}, {"os": "linux"}])
@pytest.mark.parametrize("kind", ["", "dashboard", "attestation-manifest"])
async def test_its_signature_is_not_the_hidden_child_s(signed: Signed, platform: Json | None, kind: str) -> None:
    evil = signed.platform("linux/arm64") | {"platform": platform}
    evil |= {"annotations": {"vnd.docker.reference.type": kind}} if kind else {}
    push(signed, evil)
    assert await verdict(signed) is Verdict.FAIL


async def test_a_statement_among_its_layers_makes_no_attestation_of_an_image(signed: Signed) -> None:
    """Whoever pulls it by its digest has an image: some runtimes unpack every archive, whatever it is called."""
    child = push(signed)
    archive = signed.layer(b"\x1f\x8b\x08", media_type="application/vnd.example.archive")
    told = signed.statement(child, PREDICATES[SLSA_V1])
    for layers, expected in (((told,), Verdict.PASS), ((told, archive), Verdict.FAIL)):
        signed.index(child, signed.attestation(child, *layers, artifact=False))
        assert await verdict(signed) is expected


@pytest.mark.parametrize("status", [403, 404])
async def test_what_is_called_a_statement_and_could_not_be_seen_may_be_a_file_system(
    signed: Signed, status: int
) -> None:
    child = push(signed)
    layer = signed.statement(child, PREDICATES[SLSA_V1])
    signed.index(child, signed.attestation(child, layer, artifact=False))
    signed.registry.fault(f"/blobs/{layer['digest']}", Status(status))
    assert await verdict(signed) is Verdict.UNKNOWN


async def test_more_layers_than_are_looked_at_may_hold_a_file_system(signed: Signed) -> None:
    child = push(signed)
    layer = signed.statement(child, PREDICATES[SLSA_V1])
    for count, expected in ((ATTESTATION_LAYERS_MAX, Verdict.PASS), (ATTESTATION_LAYERS_MAX + 1, Verdict.UNKNOWN)):
        signed.index(child, signed.attestation(child, *[layer] * count, artifact=False))
        assert await verdict(signed) is expected


@pytest.mark.parametrize("called", [OCI_INDEX, OCI_MANIFEST])
@pytest.mark.parametrize("kind", ["", "attestation-manifest"])
async def test_nor_that_of_one_in_an_index_that_is_called_something_else(
    signed: Signed, called: str, kind: str
) -> None:
    inner = encode({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [signed.platform("linux/arm64")]})
    signed.repository.add_manifest(inner, OCI_INDEX)
    marks = {"annotations": {"vnd.docker.reference.type": kind}} if kind else {}
    push(signed, descriptor(inner, called, **marks))
    evidence = await signed.found(SIGSTORE.trust())
    assert {one.platform for one in evidence.platforms} == {"linux/amd64", "linux/arm64"}
    assert await verdict(signed) is Verdict.FAIL


@pytest.mark.parametrize("kind", ["", "attestation-manifest"])
async def test_a_child_that_nobody_here_can_read_may_be_an_image_to_others(signed: Signed, kind: str) -> None:
    data = b'{"schemaVersion": 2, "config": {}, "layers": []} // says who'
    signed.repository.add_manifest(data, OCI_MANIFEST)
    child = push(signed)
    marks = {"vnd.docker.reference.type": kind, "vnd.docker.reference.digest": child["digest"]} if kind else {}
    signed.index(child, descriptor(data, OCI_MANIFEST, **({"annotations": marks} if kind else {})))
    assert await verdict(signed) is Verdict.UNKNOWN


@pytest.mark.parametrize("status", [403, 404])
async def test_an_index_that_could_not_be_opened_may_hold_another_image(signed: Signed, status: int) -> None:
    inner = encode({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [signed.platform("linux/arm64")]})
    signed.repository.add_manifest(inner, OCI_INDEX)
    told = descriptor(inner, OCI_INDEX)
    push(signed, told)
    signed.registry.fault(f"/manifests/{told['digest']}", Status(status))
    assert await verdict(signed) is Verdict.UNKNOWN


async def test_nor_that_of_a_stranger_s_signature_on_the_index(signed: Signed) -> None:
    push(signed, signed.platform("linux/arm64"))
    index = signed.repository.tags["1.0"]
    stranger = SIGSTORE.signer("https://github.com/evil/app/.github/workflows/release.yml@refs/tags/1")
    signed.bundle(index, SIGSTORE.bundle(statement(index), stranger))
    assert await verdict(signed) is Verdict.FAIL


@pytest.mark.parametrize(
    "kind", ["https://slsa.dev/verification_summary/v1", "https://in-toto.io/attestation/test-result/v0.1"]
)
async def test_a_signed_statement_of_another_kind_signs_nothing(signed: Signed, kind: str) -> None:
    child = signed.platform("linux/amd64")
    index = signed.index(child)
    for about in (index, child["digest"]):
        signed.bundle(about, SIGSTORE.bundle(statement(about, kind, {"result": "PASSED"}), SIGSTORE.signer(WORKFLOW)))
    assert await verdict(signed) is Verdict.FAIL


@pytest.mark.parametrize(
    ("kinds", "lost", "expected"),
    [
        ((SLSA_V1,), (), Verdict.PASS),
        ((SLSA_V1, SPDX), (), Verdict.PASS),
        ((SLSA_V1, SPDX), (SPDX,), Verdict.PASS),
        ((SPDX,), (), Verdict.FAIL),
        ((VSA,), (), Verdict.FAIL),
        ((SLSA_V1, SPDX), (SLSA_V1,), Verdict.UNKNOWN),
    ],
)
async def test_a_signed_manifest_of_attestations_signs_the_image_by_its_provenance_alone(
    signed: Signed, kinds: tuple[str, ...], lost: tuple[str, ...], expected: Verdict
) -> None:
    """Who lists the packages of somebody else's image, and signs that list, did not sign the image."""
    child = signed.platform("linux/amd64")
    layers = {kind: signed.statement(child, PREDICATES[kind], kind) for kind in kinds}
    manifest = signed.attestation(child, *layers.values())
    signed.index(child, manifest)
    about = manifest["digest"]
    signed.bundle(about, SIGSTORE.bundle(statement(about), SIGSTORE.signer(WORKFLOW)))
    for kind in lost:
        signed.registry.fault(f"/blobs/{layers[kind]['digest']}", Status(403))
    assert await verdict(signed) is expected
