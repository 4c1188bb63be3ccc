"""Pulled, tagged anew, pushed."""

from tests.causes.showing import elsewhere, hides, of, shows, unsigned
from tests.making import digest, platform

ID, RULE = "retag-by-pull-push", "provenance-missing"
BARE = platform("linux/amd64", provenance=None, sbom=None, statements=(), attestation_manifests=())
RETAGGED = unsigned(BARE, is_index=False, digest=digest("made by docker push"))


def test_the_same_tag_elsewhere_is_a_whole_index() -> None:
    source = elsewhere("docker.io")
    cause = shows(ID, "likely", "docker.io", "2 platforms", evidence=RETAGGED, rule=RULE, sisters=[source])
    assert "crane copy" in cause.snippet


def test_one_of_its_platforms_was_copied_and_not_retagged() -> None:
    copied = unsigned(BARE, is_index=False, digest=digest("linux/amd64"))
    hides(ID, evidence=copied, rule=RULE, sisters=[elsewhere("docker.io")])


def test_without_a_known_source_nothing_is_claimed() -> None:
    hides(ID, evidence=RETAGGED, rule=RULE)


async def test_an_index_looks_alike() -> None:
    hides(ID, evidence=await of("none_2p_docker"), rule=RULE, sisters=[elsewhere("docker.io")])
