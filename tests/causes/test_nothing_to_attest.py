"""Metadata on top of scratch."""

from tests.causes.showing import hides, of, shows
from tests.evidence.building import Builder
from tests.fake_registry import FakeRegistry
from tests.making import config, image, platform

ID, RULE = "nothing-to-attest", "provenance-missing"


async def test_an_image_without_layers() -> None:
    async with FakeRegistry() as registry:
        build = Builder(registry)
        history = [{"created_by": "LABEL a=b", "comment": "buildkit.dockerfile.v0", "empty_layer": True}]
        made = build.config("linux/amd64", history=history)
        build.manifest({"schemaVersion": 2, "config": made, "layers": []})
        evidence = await build.gather()
    assert "waivers:" in shows(ID, "likely", "no layers", evidence=evidence, rule=RULE).snippet
    hides("load-then-push", evidence=evidence, rule=RULE)


async def test_an_image_with_a_layer_looks_alike() -> None:
    hides(ID, evidence=await of("none_2p_docker"), rule=RULE)


def test_nothing_is_said_of_an_image_whose_configuration_was_not_read() -> None:
    hides(ID, evidence=image(platform(provenance=None, attestation_manifests=(), config=None)), rule=RULE)
    attested = platform(provenance=None, config=config(layers=0))
    hides(ID, evidence=image(attested), rule=RULE)
