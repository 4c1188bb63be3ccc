"""One commit, two builds."""

from bot.context import SameTag
from bot.values import replace
from tests.causes.showing import elsewhere, hides, shows
from tests.making import digest, image, platform, provenance

ID, RULE = "built-twice", "tag-registries-differ"
AGAIN = replace(platform(), digest=digest("built again"))
THERE = elsewhere("docker.io", AGAIN, digest=digest("another index"))


def test_the_same_commit_and_no_platform_in_common() -> None:
    shows(ID, "likely", "docker.io", "0123456789ab", evidence=image(platform()), rule=RULE, sisters=(THERE,))
    seen = (SameTag(THERE.image, THERE),)
    shows(ID, "likely", "once for each registry", evidence=image(platform()), rule=RULE, same_tag=seen)


def test_another_commit_is_another_release() -> None:
    other = replace(AGAIN, provenance=provenance(revision="f" * 40))
    hides(ID, evidence=image(platform()), rule=RULE, sisters=(elsewhere("docker.io", other, digest=digest("x")),))


def test_a_part_of_the_same_build_looks_alike() -> None:
    one = elsewhere("docker.io", platform(), digest=digest("another index"))
    hides(ID, evidence=image(), rule=RULE, sisters=(one,))


def test_the_same_digest_differs_in_its_signatures_alone() -> None:
    hides(ID, evidence=image(), rule=RULE, sisters=(elsewhere("docker.io"),))
