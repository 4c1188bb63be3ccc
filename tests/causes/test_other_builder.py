"""Builders that attach nothing."""

import pytest

from bot.evidence import PlatformEvidence
from tests.causes.showing import hides, of, shows, unsigned, workflow
from tests.making import config, platform

ID, RULE = "other-builder", "provenance-missing"
BUILDKIT = ("ENTRYPOINT x", "buildkit.dockerfile.v0", "")


def bare(*history: tuple[str, str, str], labels: tuple[tuple[str, str], ...] = ()) -> PlatformEvidence:
    made = config(history=history, labels=labels)
    return platform(provenance=None, sbom=None, statements=(), attestation_manifests=(), config=made)


@pytest.mark.parametrize(
    ("history", "labels", "name"),
    [
        (("ko build ko://acme/app", "go build output, at ko://acme/app", "ko"), (), "ko"),
        (("jib-maven-plugin:3.4.0", "classes", "Jib"), (), "Jib"),
        (("Quarkus:3.15", "classes", "Jib"), (), "Quarkus"),
        (("COPY . /app", "", "kaniko"), (), "kaniko"),
        (("bazel build ...", "", "Bazel"), (), "Bazel"),
        (("apko", "This is an apko single-layer image", "apko"), (), "apko"),
        (("/bin/sh", "FROM docker.io/library/alpine", ""), (("io.buildah.version", "1.39.3"),), "Buildah"),
        (("", "", ""), (("io.buildpacks.lifecycle.metadata", "{}"),), "Cloud Native Buildpacks"),
        (('/bin/sh -c #(nop)  CMD ["x"]', "", ""), (), "Docker's classic builder"),
    ],
)
def test_each_is_recognised(history: tuple[str, str, str], labels: tuple[tuple[str, str], ...], name: str) -> None:
    evidence = unsigned(bare(("base", "", ""), history, labels=labels))
    shows(ID, "likely", name, evidence=evidence, rule=RULE)
    shows(ID, "likely", name, evidence=evidence, rule="sbom-missing")


def test_what_buildkit_builds_on_such_an_image_inherits_labels_and_steps_and_looks_alike() -> None:
    ubi = bare(("", "FROM ubi9", ""), BUILDKIT, labels=(("io.buildah.version", "1.39.3"),))
    on_jib = bare(("jib-maven-plugin:3.4.0", "classes", "Jib"), BUILDKIT)
    for platform_ in (ubi, on_jib):
        hides(ID, evidence=unsigned(platform_), rule=RULE)


async def test_real_images_of_buildkit_look_alike() -> None:
    hides(ID, evidence=await of("none_2p_docker"), rule=RULE)


def test_on_github_its_own_attestations_are_advised() -> None:
    source = (("org.opencontainers.image.source", "https://github.com/acme/app"),)
    evidence = unsigned(bare(("ko build x", "", "ko"), labels=source))
    assert "actions/attest" in shows(ID, "likely", evidence=evidence, rule=RULE).snippet
    no_source = unsigned(bare(("ko build x", "", "ko")))
    assert "cosign attest" in shows(ID, "likely", evidence=no_source, rule=RULE).snippet
    shows(ID, "certain", evidence=evidence, rule=RULE, workflow=workflow("workflow-other-builder"))
