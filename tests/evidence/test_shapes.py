"""Images of every shape: single, nested, of other types, half attested, with odd children."""

import pytest

from bot.attestations.provenance import Mode, Provenance
from bot.attestations.statement import SLSA_V02, SPDX
from bot.evidence import Evidence, ImageConfig, PlatformEvidence, Unlinked, UnlinkedReason
from tests.attestations.predicates import BUILT, v02, v1
from tests.evidence.building import IMAGE_CONFIG, OCI_INDEX, OCI_MANIFEST, Builder, Json
from tests.registry_shelf import descriptor, encode

MAX = v1(internal={"buildConfig": BUILT})
SBOM = {"spdxVersion": "SPDX-2.3", "packages": [{"name": "a"}, {"name": "b"}]}
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


def modes(evidence: Evidence) -> list[Mode | None]:
    return [one.provenance.mode if isinstance(one.provenance, Provenance) else None for one in evidence.platforms]


def only(evidence: Evidence) -> PlatformEvidence:
    (platform,) = evidence.platforms
    return platform


@pytest.mark.parametrize("artifact", [True, False])
async def test_both_layouts_of_buildkit(image: Builder, artifact: bool) -> None:  # noqa: FBT001
    amd64 = image.platform()
    image.index(amd64, image.attestation(amd64, image.statement(amd64, MAX), artifact=artifact))
    evidence = await image.gather()
    assert (modes(evidence), evidence.is_index, evidence.media_type) == ([Mode.MAX], True, OCI_INDEX)
    assert only(evidence).where == "index"


async def test_the_older_annotation_ties_too(image: Builder) -> None:
    amd64 = image.platform()
    old = {"com.docker.reference.digest": amd64["digest"], "vnd.docker.reference.type": "attestation-manifest"}
    image.index(amd64, image.attestation(amd64, image.statement(amd64, MAX), annotations=old))
    assert modes(await image.gather()) == [Mode.MAX]


async def test_the_older_annotation_alone_ties_what_is_an_attestation(image: Builder) -> None:
    amd64 = image.platform()
    old = {"com.docker.reference.digest": amd64["digest"]}
    image.index(amd64, image.attestation(amd64, image.statement(amd64, MAX), annotations=old))
    assert modes(await image.gather()) == [Mode.MAX]


async def test_what_a_child_refers_to_in_another_way_is_read_by_its_own_document(image: Builder) -> None:
    """An attestation manifest is one, whatever it is called; it only names nothing that it is about."""
    amd64 = image.platform()
    other = {"vnd.docker.reference.type": "dashboard"}
    image.index(amd64, image.attestation(amd64, image.statement(amd64, MAX), annotations=other))
    evidence = await image.gather()
    assert modes(evidence) == [None]
    assert [one.reason for one in evidence.unlinked] == [UnlinkedReason.NO_ANNOTATIONS]


async def test_the_configuration_keeps_what_it_says_that_it_runs_on(image: Builder) -> None:
    arm64 = image.platform("linux/arm64", config=image.config("linux/amd64"))
    image.index(arm64, image.attestation(arm64, image.statement(arm64, MAX)))
    platform = only(await image.gather())
    assert isinstance(platform.config, ImageConfig)
    assert (platform.platform, platform.config.platform) == ("linux/arm64", "linux/amd64")


async def test_several_attestation_manifests_about_one_platform(image: Builder) -> None:
    amd64 = image.platform()
    one = image.attestation(amd64, image.statement(amd64, MAX))
    two = image.attestation(amd64, image.statement(amd64, SBOM, SPDX))
    image.index(amd64, one, two)
    platform = only(await image.gather())
    assert platform.attestation_manifests == (one["digest"], two["digest"])
    assert isinstance(platform.provenance, Provenance)
    assert platform.sbom is not None


async def test_two_statements_that_disagree_the_weaker_decides_and_both_are_kept(image: Builder) -> None:
    amd64 = image.platform()
    layers = [image.statement(amd64, MAX), image.statement(amd64, v02(), SLSA_V02)]
    image.index(amd64, image.attestation(amd64, *layers))
    platform = only(await image.gather())
    assert isinstance(platform.provenance, Provenance)
    assert platform.provenance.mode is Mode.MIN
    assert {(one.mode, one.slsa) for one in platform.provenances} == {(Mode.MAX, "v1"), (Mode.MIN, "v0.2")}


async def test_of_several_sboms_the_fullest_is_judged(image: Builder) -> None:
    amd64 = image.platform()
    empty = image.statement(amd64, {"spdxVersion": "SPDX-2.3", "packages": []}, SPDX)
    cyclone = image.statement(
        amd64, {"bomFormat": "CycloneDX", "components": [{"name": "a"}]}, "https://cyclonedx.org/bom"
    )
    image.index(amd64, image.attestation(amd64, empty, image.statement(amd64, SBOM, SPDX), cyclone))
    platform = only(await image.gather())
    assert getattr(platform.sbom, "packages", None) == 2
    assert sorted(sbom.format for sbom in platform.sboms) == ["cyclonedx", "spdx", "spdx"]


async def test_layers_of_other_types_are_ignored_unless_they_say_that_they_are_statements(
    image: Builder,
) -> None:
    amd64 = image.platform()
    other = image.layer(b"whatever", media_type="application/octet-stream")
    wrong = image.layer(b"whatever", SPDX, media_type="application/octet-stream")
    image.index(amd64, image.attestation(amd64, other, wrong, image.statement(amd64, MAX)))
    platform = only(await image.gather())
    assert [bool(statement.problem) for statement in platform.statements] == [True, False]
    assert "media type" in platform.statements[0].problem
    assert platform.sbom is None


async def test_a_single_manifest_tells_its_platform_in_its_configuration(image: Builder) -> None:
    config = image.config("linux/arm64", variant="v8", config={"Labels": {"a": "b"}})
    layer = descriptor(b"x", "application/vnd.docker.image.rootfs.diff.tar.gzip")
    image.manifest({"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": config, "layers": [layer]})
    evidence = await image.gather()
    platform = only(evidence)
    assert (platform.platform, platform.digest, evidence.is_index) == ("linux/arm64/v8", evidence.digest, False)
    assert (platform.provenance, platform.sbom, platform.attestation_manifests) == (None, None, ())
    assert isinstance(platform.config, ImageConfig)
    assert platform.config.labels == (("a", "b"),)


async def test_docker_types_and_a_body_without_a_type(image: Builder) -> None:
    config = image.config("linux/amd64")
    config["mediaType"] = "application/vnd.docker.container.image.v1+json"
    manifest = encode({"schemaVersion": 2, "mediaType": DOCKER_MANIFEST, "config": config, "layers": []})
    image.repository.add_manifest(manifest, DOCKER_MANIFEST)
    child = descriptor(manifest, DOCKER_MANIFEST, platform={"os": "linux", "architecture": "amd64"})
    image.repository.add_manifest(encode({"schemaVersion": 2, "manifests": [child]}), DOCKER_LIST, tag="1.0")
    evidence = await image.gather()
    assert (evidence.media_type, only(evidence).platform) == (DOCKER_LIST, "linux/amd64")
    assert isinstance(only(evidence).config, ImageConfig)


async def test_a_child_without_a_platform_is_looked_into(image: Builder) -> None:
    amd64 = image.platform("linux/s390x")
    del amd64["platform"]
    image.index(amd64, image.attestation(amd64, image.statement(amd64, MAX)))
    evidence = await image.gather()
    assert (only(evidence).platform, modes(evidence)) == ("linux/s390x", [Mode.MAX])


def nested(image: Builder, *children: Json) -> Json:
    data = encode({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": list(children)})
    image.repository.add_manifest(data, OCI_INDEX)
    return descriptor(data, OCI_INDEX)


async def test_an_index_in_an_index_is_followed_and_one_deeper_is_unknown(image: Builder) -> None:
    amd64, arm64 = image.platform("linux/amd64"), image.platform("linux/arm64")
    deep = nested(image, arm64)
    inner = nested(image, amd64, image.attestation(amd64, image.statement(amd64, MAX)), deep)
    image.index(inner)
    evidence = await image.gather()
    assert modes(evidence) == [Mode.MAX]
    assert "one level" in evidence.notes[0]
    assert [part.reason for part in evidence.unreadable] == [
        f"index {deep['digest']} is nested deeper than INDEX_DEPTH_MAX = 2 levels",
    ]


async def test_a_nested_index_that_is_gone_or_is_none(image: Builder) -> None:
    gone = nested(image, image.platform())
    broken = descriptor(b"[]", OCI_INDEX)
    image.repository.add_manifest(b"[]", OCI_INDEX)
    image.index(gone, broken)
    image.lose(gone)
    evidence = await image.gather()
    assert [missing.what for missing in evidence.missing] == ["index"]
    assert len(evidence.unreadable) == 1
    assert evidence.platforms == ()


async def test_windows_images_of_one_platform_are_told_apart(image: Builder) -> None:
    one = image.platform("windows/amd64", also={"os.version": "10.0.17763.1"})
    config = image.config("windows/amd64", a=1)
    two = image.platform("windows/amd64", config=config, also={"os.version": "10.0.20348.1"})
    image.index(one, two)
    assert [platform.platform for platform in (await image.gather()).platforms] == [
        "windows/amd64 10.0.17763.1",
        "windows/amd64 10.0.20348.1",
    ]


async def test_an_index_about_a_child_that_it_does_not_hold(image: Builder) -> None:
    amd64, arm64 = image.platform("linux/amd64"), image.platform("linux/arm64")
    dangling = image.attestation(arm64, image.statement(arm64, MAX))
    image.index(amd64, dangling)
    evidence = await image.gather()
    told = Unlinked(dangling["digest"], UnlinkedReason.DANGLING, arm64["digest"], arm64["digest"])
    assert evidence.unlinked == (told,)
    assert modes(evidence) == [None]


@pytest.mark.parametrize(
    ("document", "word"),
    [
        ({"config": "application/vnd.cncf.helm.config.v1+json"}, "helm"),
        ({"artifactType": "application/vnd.example", "config": "application/vnd.oci.empty.v1+json"}, "example"),
        (
            {"config": IMAGE_CONFIG, "layers": ["application/vnd.dev.cosign.simplesigning.v1+json"]},
            "signature",
        ),
    ],
)
async def test_what_is_no_image_is_said_and_has_no_platforms(image: Builder, document: Json, word: str) -> None:
    layers = [descriptor(b"x", kind) for kind in document.pop("layers", ["application/x"])]
    config = descriptor(b"{}", document.pop("config"))
    image.manifest({"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": config, "layers": layers, **document})
    evidence = await image.gather()
    assert (evidence.platforms, evidence.unreadable) == ((), ())
    assert word in evidence.notes[0]


async def test_schema_1_is_too_old(image: Builder) -> None:
    image.manifest({"schemaVersion": 1, "name": "team/app", "fsLayers": []}, DOCKER_MANIFEST)
    evidence = await image.gather()
    assert "too old" in evidence.unreadable[0].reason


async def test_types_that_disagree_are_noted_and_the_body_decides(image: Builder) -> None:
    document = encode({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [image.platform()]})
    image.repository.add_manifest(document, OCI_MANIFEST, tag="1.0")
    evidence = await image.gather()
    assert evidence.is_index
    assert "disagree" in evidence.notes[0]
    assert len(evidence.platforms) == 1
