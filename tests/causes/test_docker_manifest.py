"""`docker manifest create` put the index together."""

from tests.causes.showing import hides, of, shows, unsigned, workflow
from tests.making import config, platform

ID, RULE = "docker-manifest", "provenance-missing"


async def test_an_index_as_docker_manifest_writes_it() -> None:
    evidence = await of("der-docker-manifest_classic")
    cause = shows(ID, "likely", "docker manifest create", evidence=evidence, rule=RULE)
    assert "imagetools create" in cause.snippet
    shows(ID, "likely", evidence=evidence, rule="sbom-missing")
    shows(ID, "certain", evidence=evidence, rule=RULE, workflow=workflow("workflow-docker-manifest"))


async def test_an_index_without_attestations_that_buildkit_wrote_looks_alike() -> None:
    hides(ID, evidence=await of("none_2p_docker"), rule=RULE)


async def test_a_merge_by_imagetools_looks_alike() -> None:
    hides(ID, evidence=await of("der-imagetools-merge_partial"), rule=RULE)


def test_with_a_builder_that_attaches_nothing_it_is_not_the_first_to_blame() -> None:
    pack = config(labels=(("io.buildpacks.stack.id", "x"),), history=(("", "", ""),))
    bare = platform(provenance=None, sbom=None, statements=(), attestation_manifests=(), config=pack)
    shows(ID, "possible", evidence=unsigned(bare, indent=3), rule=RULE)
    shows("other-builder", "likely", "Buildpacks", evidence=unsigned(bare, indent=3), rule=RULE)
