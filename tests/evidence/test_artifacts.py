"""Things in a registry that are not images, and images that call themselves something else."""

from typing import Any

import pytest

from bot.evidence import Artifact, ArtifactKind, ImageConfig
from bot.unreadable import UnknownReason
from tests.evidence.building import EMPTY, IMAGE_CONFIG, IMAGE_LAYER, OCI_MANIFEST, Builder, Json
from tests.registry_faults import Status
from tests.registry_shelf import descriptor, encode

HELM_CONFIG = "application/vnd.cncf.helm.config.v1+json"
HELM_LAYER = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
HELM_PROOF = "application/vnd.cncf.helm.chart.provenance.v1.prov"
FLUX_CONFIG = "application/vnd.cncf.flux.config.v1+json"
FLUX_LAYER = "application/vnd.cncf.flux.content.v1.tar+gzip"
MODEL_CONFIG = "application/vnd.cncf.model.config.v1+json"
MODEL_LAYER = "application/vnd.cncf.model.weight.v1.raw"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json"
CHART: Json = {"name": "app", "version": "1.0.0", "apiVersion": "v2", "type": "application"}
REAL: Json = {"os": "linux", "architecture": "amd64", "rootfs": {"type": "layers", "diff_ids": ["sha256:1"]}}


def push(
    image: Builder,
    config_type: str,
    layers: tuple[str, ...],
    config: Json,
    *,
    media_type: str = OCI_MANIFEST,
    **more: object,
) -> Json:
    """A manifest as any tool may push it; the descriptor of its configuration."""
    data = encode(config)
    image.repository.add_blob(data)
    told = descriptor(data, config_type)
    parts: dict[str, Any] = {"layers": [descriptor(b"layer", kind) for kind in layers]}
    image.manifest({"schemaVersion": 2, "mediaType": media_type, "config": told, **parts, **more}, media_type)
    return told


@pytest.mark.parametrize(
    ("config_type", "layers", "config", "kind"),
    [
        (HELM_CONFIG, (HELM_LAYER,), CHART, ArtifactKind.HELM_CHART),
        (HELM_CONFIG, (HELM_LAYER, HELM_PROOF), CHART, ArtifactKind.HELM_CHART),
        (FLUX_CONFIG, (FLUX_LAYER,), {}, ArtifactKind.FLUX),
        (MODEL_CONFIG, (MODEL_LAYER,), {"config": {"format": "gguf"}}, ArtifactKind.MODEL),
        (EMPTY, ("application/spdx+json",), {}, ArtifactKind.SBOM),
        (EMPTY, (BUNDLE,), {}, ArtifactKind.SIGNATURE),
    ],
)
async def test_what_nobody_runs_is_an_artifact(
    image: Builder, config_type: str, layers: tuple[str, ...], config: Json, kind: ArtifactKind
) -> None:
    push(image, config_type, layers, config)
    evidence = await image.gather()
    assert evidence.artifact is not None
    assert (evidence.artifact.kind, evidence.platforms) == (kind, ())
    asked = "" if kind is ArtifactKind.SIGNATURE else ": provenance and SBOM are not asked for"
    assert evidence.notes == (f"this is {evidence.artifact.name} and not an image{asked}",)


async def test_the_type_of_the_artifact_tells_what_it_is(image: Builder) -> None:
    notation = "application/vnd.cncf.notary.signature"
    push(image, EMPTY, ("application/jose+json",), {}, artifactType=notation)
    assert (await image.gather()).artifact == Artifact(ArtifactKind.SIGNATURE, notation)


@pytest.mark.parametrize(
    ("config_type", "layer", "media_type"),
    [
        (HELM_CONFIG, IMAGE_LAYER, OCI_MANIFEST),  # containerd reads the configuration whatever its type
        (HELM_CONFIG, DOCKER_LAYER, DOCKER_MANIFEST),  # podman runs it
        (HELM_CONFIG, DOCKER_LAYER.upper(), DOCKER_MANIFEST),
        (HELM_CONFIG, "", OCI_MANIFEST),
        (IMAGE_CONFIG, HELM_LAYER, OCI_MANIFEST),  # podman runs it
        ("", HELM_LAYER, OCI_MANIFEST),  # Docker takes these four for an image's
        ("application/octet-stream", HELM_LAYER, OCI_MANIFEST),
        ("application/json", HELM_LAYER, OCI_MANIFEST),
        ("text/html", HELM_LAYER, OCI_MANIFEST),
        ("application/vnd.docker.plugin.v1+json", DOCKER_LAYER, DOCKER_MANIFEST),  # docker plugin install
        ("application/vnd.wasm.config.v0+json", "application/wasm", OCI_MANIFEST),  # runwasi
        ("application/vnd.module.wasm.config.v1+json", "application/vnd.module.wasm.layer.v1+wasm", OCI_MANIFEST),
        ("application/vnd.sylabs.sif.config.v1+json", "application/vnd.sylabs.sif.layer.v1.sif", OCI_MANIFEST),
    ],
)
async def test_what_some_runtime_runs_is_judged_as_an_image_whatever_it_calls_itself(
    image: Builder, config_type: str, layer: str, media_type: str
) -> None:
    push(image, config_type, (layer,), REAL, media_type=media_type)
    evidence = await image.gather()
    assert evidence.artifact is None
    assert [platform.platform for platform in evidence.platforms] == ["linux/amd64"]


@pytest.mark.parametrize(
    "config",
    [
        REAL,
        {"RootFS": {}},
        {**CHART, "config": {"Cmd": ["/sh"]}},
        {**CHART, "config": {"Cmd": ["/sh"]}, "Config": {}},  # Go reads both into one
        {"OS": "linux"},
    ],
)
async def test_a_chart_with_the_configuration_of_an_image_is_not_excused(image: Builder, config: Json) -> None:
    """No runtime of today runs it; older ones did not look at the type of a configuration."""
    push(image, HELM_CONFIG, (HELM_LAYER,), config)
    evidence = await image.gather()
    assert evidence.artifact is None
    assert "its configuration is that of an image" in evidence.notes[0]


@pytest.mark.parametrize(
    ("config_type", "layer", "media_type"),
    [
        (HELM_CONFIG, HELM_LAYER, DOCKER_MANIFEST),
        (HELM_CONFIG, "application/vnd.acme.program", OCI_MANIFEST),
        ("application/vnd.acme.config", HELM_LAYER, OCI_MANIFEST),
        (EMPTY, "application/vnd.acme.program", OCI_MANIFEST),
        (EMPTY, IMAGE_LAYER, OCI_MANIFEST),
        (EMPTY, f"{IMAGE_LAYER}; name=spdx", OCI_MANIFEST),
    ],
)
async def test_of_what_nobody_knows_nothing_is_left_out(
    image: Builder, config_type: str, layer: str, media_type: str
) -> None:
    push(image, config_type, (layer,), {} if config_type == EMPTY else CHART, media_type=media_type)
    evidence = await image.gather()
    assert (evidence.artifact, evidence.platforms) == (None, ())
    assert "not a container image but an artifact of type" in evidence.notes[0]


async def test_an_sbom_beside_a_program_is_not_excused(image: Builder) -> None:
    push(image, EMPTY, ("application/spdx+json", "application/vnd.acme.program"), {}, artifactType="text/spdx")
    assert (await image.gather()).artifact is None


@pytest.mark.parametrize("layer", ["application/wasm", "Application/WASM ;name=spdx"])
async def test_a_program_with_the_empty_configuration_is_judged_as_an_image(image: Builder, layer: str) -> None:
    push(image, EMPTY, (layer,), {}, artifactType="application/spdx+json")
    evidence = await image.gather()
    assert (evidence.artifact, len(evidence.platforms)) == (None, 1)


async def test_an_image_whose_configuration_says_nothing_is_an_image(image: Builder) -> None:
    """Its bytes are those of the empty configuration, and its type is an image's: runtimes unpack its layers."""
    push(image, IMAGE_CONFIG, (IMAGE_LAYER,), {})
    evidence = await image.gather()
    assert (evidence.artifact, len(evidence.platforms)) == (None, 1)


async def test_a_chart_sent_as_another_manifest_is_not_excused(image: Builder) -> None:
    data = encode(CHART)
    image.repository.add_blob(data)
    layers = [descriptor(b"layer", HELM_LAYER)]
    image.manifest({"schemaVersion": 2, "config": descriptor(data, HELM_CONFIG), "layers": layers}, DOCKER_MANIFEST)
    assert (await image.gather()).artifact is None


async def test_a_chart_whose_configuration_is_gone_is_not_excused(image: Builder) -> None:
    image.lose(push(image, HELM_CONFIG, (HELM_LAYER,), CHART))
    evidence = await image.gather()
    assert evidence.artifact is None
    assert [part.code for part in evidence.unreadable] == [UnknownReason.GONE]


async def test_a_chart_whose_configuration_could_not_be_looked_at_is_not_excused(image: Builder) -> None:
    config = push(image, HELM_CONFIG, (HELM_LAYER,), CHART)
    image.registry.fault(f"/blobs/{config['digest']}", Status(403))
    evidence = await image.gather()
    assert evidence.artifact is None
    assert [one.code for one in evidence.unreadable] == [UnknownReason.UNREADABLE]


async def test_a_chart_whose_configuration_is_not_json_is_not_excused(image: Builder) -> None:
    image.repository.add_blob(b"[]")
    layers = [descriptor(b"layer", HELM_LAYER)]
    told = {"schemaVersion": 2, "mediaType": OCI_MANIFEST, "layers": layers}
    image.manifest({**told, "config": descriptor(b"[]", HELM_CONFIG)}, OCI_MANIFEST)
    evidence = await image.gather()
    assert evidence.artifact is None
    assert [part.code for part in evidence.unreadable] == [UnknownReason.MALFORMED]


async def test_a_program_has_the_layers_that_its_manifest_names(image: Builder) -> None:
    """Else it looks like metadata alone, of which there is nothing to attest."""
    push(image, "application/vnd.wasm.config.v0+json", ("application/wasm",), {"os": "wasip1", "architecture": "wasm"})
    (platform,) = (await image.gather()).platforms
    assert isinstance(platform.config, ImageConfig)
    assert (platform.platform, platform.config.layers) == ("wasip1/wasm", 1)
