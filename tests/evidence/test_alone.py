"""Evidence that somebody checks by its own digest or tag: it is not an image, and never passes for one."""

import json

import pytest

from bot.evidence import Artifact, ArtifactKind, Evidence
from bot.oci.reference import Reference
from bot.policy import Policy, default_policy
from bot.report import Report, Verdict
from bot.rules import Outcome
from bot.signatures.finder import SignatureFinder
from bot.signatures.roots.root import Trust
from bot.unreadable import UnknownReason
from tests.attestations.predicates import BUILT, v1
from tests.evidence.building import EMPTY, IMAGE_CONFIG, OCI_INDEX, OCI_MANIFEST, Builder, Json
from tests.judging import result
from tests.making import NOW, reported
from tests.registry_faults import Status
from tests.registry_shelf import descriptor, encode
from tests.signatures.signing import look

MAX = v1(internal={"buildConfig": BUILT})
BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json"
HEX = "5" * 64
TAGS_ONLY = Policy(name="tags", require=frozenset({"tag-moved"}))


def report_of(evidence: Evidence, policy: Policy | None = None) -> Report:
    return reported(evidence, policy or default_policy(), now=NOW)


async def looked(image: Builder) -> Evidence:
    return await look(image, SignatureFinder(lambda: Trust((), (), ())))


def manifest(*kinds: str, config: str = IMAGE_CONFIG, **more: object) -> Json:
    layers = [descriptor(b"{}", kind) for kind in kinds]
    return {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": descriptor(b"{}", config),
        "layers": layers,
        **more,
    }


def attestation_under_the_tag(image: Builder, *, artifact: bool) -> str:
    """The platform's digest."""
    amd64 = image.platform()
    made = image.attestation(amd64, image.statement(amd64, MAX), artifact=artifact)
    image.manifest(json.loads(image.repository.manifests[made["digest"]].data))
    return str(amd64["digest"])


def under(image: Builder, monkeypatch: pytest.MonkeyPatch, tag: str, document: Json, kind: str = OCI_MANIFEST) -> None:
    """Push it under that tag, and check that tag."""
    image.repository.add_blob(b"{}")
    image.repository.add_manifest(encode(document), kind, tag=tag)
    name = Reference.parse(f"{image.registry.host}/team/app:{tag}")
    monkeypatch.setattr(Builder, "reference", property(lambda _: name))


@pytest.mark.parametrize("artifact", [True, False])
async def test_an_attestation_manifest_is_not_an_image_without_annotations(image: Builder, *, artifact: bool) -> None:
    """It failed with "annotations dropped", in the words for a broken index."""
    about = attestation_under_the_tag(image, artifact=artifact)
    evidence = await looked(image)
    assert evidence.artifact is not None
    assert (evidence.artifact.kind, evidence.artifact.about) == (ArtifactKind.ATTESTATION, about)
    report = report_of(evidence)
    assert (report.verdict, report.failing()) == (Verdict.UNKNOWN, ())
    (finding,) = result(report, "signature-missing").findings
    assert finding.reason == UnknownReason.NOT_ASKED
    told = f"it is an attestation about {about} and not an image; check the image itself instead, by its tag"
    assert finding.message == f"{told}, or as {evidence.image.name}@{about}"


async def test_no_policy_makes_it_pass(image: Builder) -> None:
    attestation_under_the_tag(image, artifact=True)
    evidence = await looked(image)
    for policy in (TAGS_ONLY, Policy(name="none", require=frozenset()), default_policy()):
        assert report_of(evidence, policy).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("ending", "layer", "kind"),
    [
        (".sig", "application/vnd.dev.cosign.simplesigning.v1+json", ArtifactKind.SIGNATURE),
        (".att", "application/vnd.dsse.envelope.v1+json", ArtifactKind.ATTESTATION),
        (".sbom", "text/spdx+json", ArtifactKind.SBOM),
        (".sbom", "application/vnd.cyclonedx+json", ArtifactKind.SBOM),
    ],
)
async def test_a_tag_of_cosign_is_about_the_image_that_it_names(
    image: Builder, monkeypatch: pytest.MonkeyPatch, ending: str, layer: str, kind: ArtifactKind
) -> None:
    under(image, monkeypatch, f"sha256-{HEX}{ending}", manifest(layer))
    evidence = await looked(image)
    assert evidence.artifact == Artifact(kind, layer, f"sha256:{HEX}")
    report = report_of(evidence)
    assert (report.verdict, report.failing()) == (Verdict.UNKNOWN, ())


async def test_a_list_of_referrers_is_not_an_index_of_platforms(
    image: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    amd64 = image.platform()
    attestation = image.attestation(amd64, image.statement(amd64, MAX), annotations={})
    bundle = encode(manifest(BUNDLE, config=EMPTY, artifactType=BUNDLE))
    image.repository.add_manifest(bundle)
    for children in ([], [descriptor(bundle, OCI_MANIFEST)], [{**attestation, "annotations": {}}]):
        listed = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": children}
        under(image, monkeypatch, f"sha256-{HEX}", listed, OCI_INDEX)
        evidence = await looked(image)
        assert evidence.artifact == Artifact(ArtifactKind.REFERRERS, OCI_INDEX, f"sha256:{HEX}")
        assert (report_of(evidence).verdict, report_of(evidence).failing()) == (Verdict.UNKNOWN, ())


async def test_an_index_of_what_could_not_be_read_is_not_called_a_list_of_referrers(
    image: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be an image."""
    child = {key: value for key, value in image.platform().items() if key != "platform"}
    listed = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [child]}
    under(image, monkeypatch, f"sha256-{HEX}", listed, OCI_INDEX)
    image.registry.fault(f"/manifests/{child['digest']}", Status(403))
    evidence = await looked(image)
    assert (evidence.artifact, evidence.platforms) == (None, ())
    assert evidence.unreadable
    assert report_of(evidence).verdict is Verdict.UNKNOWN


async def test_what_runs_under_such_a_tag_is_judged_as_an_image(
    image: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for tag in (f"sha256-{HEX}", f"sha256-{HEX}.sig"):
        listed = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [image.platform()]}
        under(image, monkeypatch, tag, listed, OCI_INDEX)
        evidence = await looked(image)
        assert (evidence.artifact, len(evidence.platforms)) == (None, 1)
        assert result(report_of(evidence), "provenance-missing").outcome is Outcome.FAIL


async def test_a_program_that_is_called_a_statement_is_not_excused(image: Builder) -> None:
    layer = image.layer(b"\x1f\x8b\x08 a file system", media_type="application/vnd.in-toto+json")
    image.manifest(
        {"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": image.config(), "layers": [layer]},
    )
    assert report_of(await looked(image)).verdict is Verdict.FAIL


async def test_an_index_that_lost_the_annotations_still_says_so(image: Builder) -> None:
    amd64 = image.platform()
    image.index(amd64, image.attestation(amd64, image.statement(amd64, MAX), annotations={"org.example": "kept"}))
    assert result(report_of(await looked(image)), "attestation-unlinked").outcome is Outcome.FAIL
