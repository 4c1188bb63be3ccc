"""An image with its evidence in each form, in registries of each kind: which tools find it, and why others do not."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from bot.context import ExpectedIdentity
from bot.readers.reader import EvidenceKind, Reader
from bot.signatures.media_types import JWS
from bot.unreadable import UnknownReason, Unreadable
from bot.values import replace
from tests.attestations.predicates import BUILT, v1
from tests.fake_registry import FakeRegistry, Referrers
from tests.private_fulcio import WORKFLOW, Signer
from tests.private_sigstore import IN_TOTO, PrivateSigstore, statement
from tests.readers.seeing import SIGSTORE, SLSA, SPDX, looked, seen, who
from tests.registry_faults import Status
from tests.signatures.signing import NOTATION, Signed
from tests.signatures.test_notation import holder

SIGNATURE, PROVENANCE, SBOM = EvidenceKind.SIGNATURE, EvidenceKind.PROVENANCE, EvidenceKind.SBOM
BUNDLE_READERS = {"cosign-3", "gh-attestation", "kyverno-sigstore-bundle", "oras-discover"}
INDEX_READERS = {"buildx-imagetools", "docker-scout"}
NO_SIGNATURES = {"buildx-imagetools", "docker-scout"}
SPDX_DOCUMENT = {"spdxVersion": "SPDX-2.3", "name": "app", "packages": []}
BUILDKIT = v1(internal={"buildConfig": BUILT})


@pytest.fixture(scope="module")
def signer() -> Signer:
    return SIGSTORE.signer()


async def test_a_signature_under_the_tag_alone(signer: Signer) -> None:
    async with FakeRegistry() as registry:
        signed = Signed(registry)
        index, *_ = signed.image()
        signed.sig_tag(index, SIGSTORE.sig_layer(index, signer))
        found = await looked(signed)
    assert who(found, SIGNATURE, "seen") == {"cosign-2", "cosign-3", "kyverno-cosign", "policy-controller", "harbor"}
    assert who(found, SIGNATURE, "not-read") == NO_SIGNATURES
    assert who(found, SIGNATURE, "unseen") == {"gh-attestation", "kyverno-sigstore-bundle", "oras-discover", "notation"}


@pytest.mark.parametrize("way", [Referrers.API, Referrers.NONE, Referrers.ELSEWHERE])
async def test_a_bundle_is_found_by_the_api_and_where_that_is_not_there_by_the_tag(
    signer: Signer, way: Referrers
) -> None:
    async with FakeRegistry(referrers=way) as registry:
        signed = Signed(registry)
        index, *_ = signed.image()
        signed.bundle(index, SIGSTORE.bundle(statement(index), signer))
        found = await looked(signed)
    assert who(found, SIGNATURE, "seen") == BUNDLE_READERS | {"harbor"}
    assert who(found, SIGNATURE, "unseen") == {"cosign-2", "kyverno-cosign", "policy-controller", "notation"}


async def test_what_the_fallback_tag_alone_lists_beside_the_api_is_not_found(signer: Signer) -> None:
    """The registry got the API later, or the list was written by hand: clients never read both."""
    async with FakeRegistry(referrers=Referrers.EMPTY) as registry:
        signed = Signed(registry)
        index, *_ = signed.image()
        signed.bundle(index, SIGSTORE.bundle(statement(index), signer))
        found = await looked(signed)
    sight = seen(found)[Reader.COSIGN_3][SIGNATURE]
    assert sight.state == "unseen"
    assert "only under the fallback tag" in sight.why
    assert who(found, SIGNATURE, "seen") == {"harbor"}  # it notes the subject itself


async def test_a_list_that_lies_about_the_type_hides_a_bundle_from_those_who_believe_it(signer: Signer) -> None:
    async with FakeRegistry(referrers=Referrers.NONE, lying_fallback=True) as registry:
        signed = Signed(registry)
        index, *_ = signed.image()
        signed.bundle(index, SIGSTORE.bundle(statement(index), signer))
        found = await looked(signed)
    assert who(found, SIGNATURE, "seen") == {"cosign-3", "oras-discover", "harbor"}
    sight = seen(found)[Reader.KYVERNO_SIGSTORE_BUNDLE][SIGNATURE]
    assert "application/vnd.oci.empty.v1+json" in sight.why


async def test_a_bundle_hides_the_tag_from_cosign_3(signer: Signer) -> None:
    """A bundle of any kind: here an SBOM by somebody else, which does not sign the image."""
    other = SIGSTORE.signer("https://github.com/acme/other/.github/workflows/scan.yml@refs/heads/main")
    async with FakeRegistry() as registry:
        signed = Signed(registry)
        index, *_ = signed.image()
        signed.sig_tag(index, SIGSTORE.sig_layer(index, signer))
        signed.bundle(index, SIGSTORE.bundle(statement(index, SPDX, SPDX_DOCUMENT), other))
        found = await looked(signed)
    sight = seen(found)[Reader.COSIGN_3][SIGNATURE]
    assert sight.state == "unseen"
    assert "no tag is read" in sight.why
    assert seen(found)[Reader.COSIGN_2][SIGNATURE].state == "seen"


async def test_the_signature_of_an_expected_signer_counts_and_not_one_of_somebody_else(signer: Signer) -> None:
    """The release workflow signs in a bundle; that a test's signature is under the tag helps nobody."""
    other = SIGSTORE.signer("https://github.com/acme/other/.github/workflows/test.yml@refs/heads/main")
    async with FakeRegistry() as registry:
        signed = Signed(registry)
        index, *_ = signed.image()
        signed.sig_tag(index, SIGSTORE.sig_layer(index, other))
        signed.bundle(index, SIGSTORE.bundle(statement(index), signer))
        found = await looked(signed)
    issuer = found.signatures[0].issuer
    named = (ExpectedIdentity(issuer, WORKFLOW.replace(".", r"\.")),)
    assert seen(found, Reader.COSIGN_2)[Reader.COSIGN_2][SIGNATURE].state == "seen"
    assert seen(found, Reader.COSIGN_2, identities=named)[Reader.COSIGN_2][SIGNATURE].state == "unseen"


async def test_a_signature_of_one_platform_is_not_found_by_those_who_ask_about_the_tag(signer: Signer) -> None:
    async with FakeRegistry() as registry:
        signed = Signed(registry)
        _, amd64, _ = signed.image()
        signed.sig_tag(amd64, SIGSTORE.sig_layer(amd64, signer))
        signed.bundle(amd64, SIGSTORE.bundle(statement(amd64), signer))
        found = await looked(signed)
    tools = seen(found)
    for reader in (Reader.COSIGN_2, Reader.COSIGN_3, Reader.GH_ATTESTATION, Reader.POLICY_CONTROLLER):
        assert tools[reader][SIGNATURE].state == "unseen"
    assert "linux/amd64" in tools[Reader.KYVERNO_SIGSTORE_BUNDLE][SIGNATURE].why
    assert "--recursive" in tools[Reader.KYVERNO_SIGSTORE_BUNDLE][SIGNATURE].fix
    assert tools[Reader.ORAS_DISCOVER][SIGNATURE].why == "only with `--platform`"


@pytest.mark.parametrize("way", [Referrers.API, Referrers.NONE])
async def test_a_signature_of_an_attestation_manifest(signer: Signer, way: Referrers) -> None:
    """As docker/github-builder signs. Without the API nobody lists BuildKit's manifest, so no list leads there."""
    async with FakeRegistry(referrers=way, fallback_tags=False) as registry:
        signed = Signed(registry)
        signed.image()
        for one in signed.attestations:
            signed.bundle(one, SIGSTORE.bundle(statement(one), signer))
            signed.repository.write_fallback(one)
        found = await looked(signed)
    tools = seen(found)
    assert tools[Reader.COSIGN_3][SIGNATURE].state == "unseen"
    assert "attestation manifest" in tools[Reader.COSIGN_3][SIGNATURE].why
    assert tools[Reader.ORAS_DISCOVER][SIGNATURE].state == ("seen" if way is Referrers.API else "unseen")


async def test_without_an_answer_of_github_nobody_knows_what_its_command_line_finds(signer: Signer) -> None:
    async with FakeRegistry() as registry:
        signed = Signed(registry)
        index, *_ = signed.image()
        signed.sig_tag(index, SIGSTORE.sig_layer(index, signer))
        found = await looked(signed)
    failed = Unreadable("GitHub's attestations API: timed out", UnknownReason.UNSEARCHED)
    for evidence, reason in (
        (replace(found, code_host_asked=False), UnknownReason.NOT_ASKED),
        (replace(found, code_host_unreadable=(failed,)), UnknownReason.UNSEARCHED),
    ):
        sight = seen(evidence)[Reader.GH_ATTESTATION][SIGNATURE]
        assert (sight.state, sight.code) == ("unknown", reason)
    assert seen(found)[Reader.GH_ATTESTATION][SIGNATURE].state == "unseen"


async def test_a_signature_of_notation() -> None:
    acme = holder(ec.generate_private_key(ec.SECP256R1()))
    async with FakeRegistry() as registry:
        signed = Signed(registry)
        index, *_ = signed.image()
        envelope = json.dumps(acme.envelope(index)).encode()
        signed.referrer(index, [signed.blob(envelope, JWS)], NOTATION)
        found = replace(await signed.found(acme.trust), code_host_asked=True)
        unnamed = await looked(signed)
    assert who(found, SIGNATURE, "seen") == {"notation", "oras-discover", "harbor"}
    assert who(unnamed, SIGNATURE, "unknown") == set(Reader) - NO_SIGNATURES  # nobody knows whether it is one


@pytest.mark.parametrize(("artifact", "way"), [(True, Referrers.API), (True, Referrers.NONE), (False, Referrers.API)])
async def test_provenance_of_buildkit(artifact: bool, way: Referrers) -> None:  # noqa: FBT001 - a parameter of the test
    """In the index. A registry with the API lists its newer form under the platform, too."""
    async with FakeRegistry(referrers=way, fallback_tags=False) as registry:
        signed = Signed(registry)
        signed.image(artifact=artifact)
        found = await looked(signed)
    is_listed = artifact and way is Referrers.API
    assert who(found, PROVENANCE, "seen") == INDEX_READERS | ({"oras-discover"} if is_listed else set())
    assert who(found, PROVENANCE, "not-read") == {"notation", "harbor"}
    assert who(found, SBOM, "absent") == set(Reader) - {"notation"}


async def test_whether_docker_scout_still_asks_for_max_mode_is_not_documented() -> None:
    """The first user's story: `Missing supply chain attestation(s)`, while the attestation was there in min mode."""
    async with FakeRegistry() as registry:
        signed = Signed(registry)
        amd64 = signed.platform("linux/amd64")
        attested = signed.attestation(amd64, signed.statement(amd64, v1()))
        signed.index(amd64, attested)
        found = await looked(signed)
    tools = seen(found)
    assert tools[Reader.BUILDX_IMAGETOOLS][PROVENANCE].state == "seen"
    scout = tools[Reader.DOCKER_SCOUT][PROVENANCE]
    assert (scout.state, scout.code) == ("unknown", UnknownReason.UNDOCUMENTED)
    assert "min mode" in scout.why
    assert "max mode is enough" in scout.why


@pytest.mark.parametrize("form", ["att", "bundle", "plain"])
async def test_provenance_that_was_attached_to_an_image_without_any(signer: Signer, form: str) -> None:
    async with FakeRegistry() as registry:
        signed = Signed(registry)
        amd64 = signed.platform("linux/amd64")
        index = signed.index(amd64)
        content = statement(index, SLSA, BUILDKIT)
        match form:
            case "att":
                signed.sig_tag(index, SIGSTORE.att_layer(content, signer), suffix="att")
            case "bundle":
                signed.bundle(index, SIGSTORE.bundle(content, signer))
            case _:
                signed.referrer(index, [signed.blob(content, IN_TOTO)], IN_TOTO)
        found = await looked(signed)
    expected = {
        "att": {"cosign-2", "cosign-3", "kyverno-cosign", "policy-controller"},
        "bundle": {*BUNDLE_READERS, "policy-controller"},
        "plain": {"oras-discover"},
    }
    assert who(found, PROVENANCE, "seen") == expected[form]
    scout = seen(found)[Reader.DOCKER_SCOUT][PROVENANCE]
    assert (scout.state, scout.code) == ("unknown", UnknownReason.UNDOCUMENTED)
    assert seen(found)[Reader.BUILDX_IMAGETOOLS][PROVENANCE].state == "unseen"
    if form == "bundle":
        assert "--bundle-from-oci" in seen(found)[Reader.GH_ATTESTATION][PROVENANCE].why
        assert "signatureFormat: bundle" in seen(found)[Reader.POLICY_CONTROLLER][PROVENANCE].why


async def test_a_statement_that_could_not_be_verified_is_not_called_found() -> None:
    """Somebody else's instance signed it: a tool that verifies may refuse it."""
    other = PrivateSigstore("other")
    async with FakeRegistry() as registry:
        signed = Signed(registry)
        amd64 = signed.platform("linux/amd64")
        index = signed.index(amd64)
        signed.bundle(index, other.bundle(statement(index, SLSA, BUILDKIT), other.signer()))
        found = await looked(signed)
    sight = seen(found)[Reader.COSIGN_3][PROVENANCE]
    assert (sight.state, sight.code) == ("unknown", UnknownReason.UNVERIFIABLE)
    assert seen(found)[Reader.COSIGN_3][SIGNATURE].state == "unknown"
    assert seen(found)[Reader.ORAS_DISCOVER][PROVENANCE].state == "seen"  # it lists, and verifies nothing


async def test_an_sbom_whose_type_has_a_version_is_not_found_by_buildx() -> None:
    async with FakeRegistry() as registry:
        signed = Signed(registry)
        amd64 = signed.platform("linux/amd64")
        content = statement(amd64["digest"], f"{SPDX}/v2.3", SPDX_DOCUMENT)
        attested = signed.attestation(amd64, signed.layer(content, f"{SPDX}/v2.3"))
        signed.index(amd64, attested)
        found = await looked(signed)
    tools = seen(found)
    assert tools[Reader.BUILDX_IMAGETOOLS][SBOM].state == "unseen"
    assert f"{SPDX}/v2.3" in tools[Reader.BUILDX_IMAGETOOLS][SBOM].why
    assert tools[Reader.DOCKER_SCOUT][SBOM].code is UnknownReason.UNDOCUMENTED


async def test_an_sbom_that_harbor_wrote() -> None:
    async with FakeRegistry() as registry:
        signed = Signed(registry)
        index, *_ = signed.image()
        kind = "application/vnd.goharbor.harbor.sbom.v1"
        before = await looked(signed)
        signed.referrer(index, [signed.blob(b"{}", kind)], kind)
        after = await looked(signed)
    assert seen(before)[Reader.HARBOR][SBOM].state == "absent"
    assert seen(after)[Reader.HARBOR][SBOM].state == "seen"


@pytest.mark.parametrize("part", ["/referrers/", "/manifests/sha256-"])
async def test_places_that_could_not_be_searched_leave_it_open(signer: Signer, part: str) -> None:
    async with FakeRegistry() as registry:
        signed = Signed(registry)
        index, *_ = signed.image()
        signed.sig_tag(index, SIGSTORE.sig_layer(index, signer))
        signed.bundle(index, SIGSTORE.bundle(statement(index), signer))
        registry.fault(part, Status(500))
        found = await looked(signed)
    tools = seen(found)
    assert tools[Reader.NOTATION][SIGNATURE].state == "unknown"
    assert tools[Reader.COSIGN_3][PROVENANCE].state == "unknown"
    if part == "/referrers/":
        assert tools[Reader.COSIGN_2][SIGNATURE].state == "seen"
        assert tools[Reader.COSIGN_3][SIGNATURE].state == "unknown"  # a bundle may hide the tag
    assert tools[Reader.BUILDX_IMAGETOOLS][PROVENANCE].state == "seen"
