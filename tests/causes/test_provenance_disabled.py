"""Provenance was switched off."""

from tests.causes.showing import hides, of, shows, unsigned, workflow
from tests.making import config, platform

ID, RULE = "provenance-disabled", "provenance-missing"


async def test_an_sbom_without_provenance_shows_it() -> None:
    evidence = await of("sbom_2p_dflt")
    shows(ID, "likely", "attached an SBOM to linux/amd64 and linux/arm64", evidence=evidence, rule=RULE)
    shows(ID, "certain", evidence=evidence, rule=RULE, workflow=workflow("workflow-provenance-disabled"))


async def test_an_index_without_attestations_may_have_it() -> None:
    shows(ID, "possible", evidence=await of("none_2p_docker"), rule=RULE)


async def test_what_docker_manifest_joined_looks_alike() -> None:
    hides(ID, evidence=await of("der-docker-manifest_classic"), rule=RULE)


async def test_a_platform_that_was_joined_from_another_build_looks_alike() -> None:
    hides(ID, evidence=await of("der-imagetools-merge_partial"), rule=RULE)


async def test_what_is_there_and_unreadable_was_not_switched_off() -> None:
    hides(ID, evidence=await of("fg-not-json"), rule=RULE)
    hides(ID, evidence=await of("fg-subject-mismatch"), rule=RULE)


def test_another_builder_had_nothing_to_switch_off() -> None:
    ko = config(history=(("ko build ko://acme/app", "", "ko"),))
    bare = platform(provenance=None, sbom=None, statements=(), attestation_manifests=(), config=ko)
    hides(ID, evidence=unsigned(bare), rule=RULE)
