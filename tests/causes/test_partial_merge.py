"""Builds with and without attestations were joined."""

from bot.evidence import Unreadable
from tests.causes.showing import hides, of, shows
from tests.making import image, platform

ID, RULE = "partial-merge", "provenance-missing"


async def test_one_platform_of_two_has_attestations() -> None:
    evidence = await of("der-imagetools-merge_partial")
    shows(
        ID,
        "certain",
        "linux/amd64 of this index has attestations and linux/arm64 has none",
        evidence=evidence,
        rule=RULE,
    )


async def test_no_platform_has_any() -> None:
    hides(ID, evidence=await of("none_2p_docker"), rule=RULE)


def test_an_attestation_without_provenance_in_it_looks_alike() -> None:
    hides(ID, evidence=image(platform(), platform("linux/arm64", provenance=None)), rule=RULE)


def test_a_platform_that_fails_for_nobody_is_not_blamed() -> None:
    unread = platform("linux/arm64", provenance=Unreadable("timed out"), attestation_manifests=())
    hides(ID, evidence=image(platform(provenance=None), unread), rule=RULE)
