"""Nobody asked for an SBOM."""

from tests.causes.showing import hides, of, shows

ID, RULE = "sbom-not-requested", "sbom-missing"


async def test_provenance_without_an_sbom_is_certain() -> None:
    cause = shows(ID, "certain", "linux/amd64", evidence=await of("min_2p_dflt"), rule=RULE)
    assert "sbom: true" in cause.snippet or "--sbom=true" in cause.snippet


async def test_a_build_without_any_attestation_most_likely_did_not_ask() -> None:
    shows(ID, "likely", evidence=await of("none_2p_docker"), rule=RULE)


async def test_sboms_that_came_loose_were_asked_for() -> None:
    hides(ID, evidence=await of("der-buildah-manifest-add-all_dflt"), rule=RULE)


async def test_an_sbom_that_is_about_another_image_was_asked_for() -> None:
    hides(ID, evidence=await of("fg-subject-mismatch"), rule=RULE)


async def test_what_docker_manifest_left_behind_may_have_been_there() -> None:
    hides(ID, evidence=await of("der-docker-manifest_classic"), rule=RULE)
