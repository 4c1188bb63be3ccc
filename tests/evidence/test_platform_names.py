"""Rules speak about platforms by their names, so no index can call one as the image, or as another one, is called."""

import pytest

from bot.context import Expected
from bot.evidence.platforms import names
from bot.oci.manifest import Platform
from bot.policy import Policy
from bot.report import Verdict
from tests.attestations.predicates import BUILT, v1
from tests.evidence.building import Builder, Json
from tests.making import NOW, reported

IF_THERE = Policy(
    "provenance is advised, and its source required",
    require=frozenset({"provenance-source-unexpected"}),
    advise=frozenset({"provenance-missing", "provenance-source-missing"}),
    expected=Expected(sources=(r"https://github\.com/acme/",)),
)


def built_from(repository: str) -> Json:
    source = {"uri": f"https://github.com/{repository}.git#refs/heads/main", "digest": {"sha1": "a" * 40}}
    return v1(internal={"buildConfig": BUILT}, config_source=source)


async def verdict(image: Builder) -> Verdict:
    return reported(await image.gather(), IF_THERE, now=NOW).verdict


async def test_a_platform_that_is_called_image_hides_no_other_one(image: Builder) -> None:
    """A rule that needs another one is not asked for the subjects that failed there, and "image" is all of them."""
    evil, bare = image.platform(), image.platform("linux/arm64")
    attested = image.attestation(evil, image.statement(evil, built_from("evil/app")))
    image.index(evil, attested)
    assert await verdict(image) is Verdict.FAIL
    for platform in ({"os": "image", "architecture": ""}, {"os": "", "architecture": "image"}):
        image.index(evil, attested, bare | {"platform": platform})
        assert await verdict(image) is Verdict.FAIL


@pytest.mark.parametrize("comes_first", [True, False])
async def test_a_platform_that_is_called_like_another_one_hides_it_not(image: Builder, *, comes_first: bool) -> None:
    """Two platforms of one name are told apart by their digests; a third may call itself so."""
    evil, good = image.platform(), image.platform(config=image.config(config={"Cmd": ["other"]}))
    twin = image.platform("linux/arm64") | {
        "platform": {"os": "linux", "architecture": f"amd64 {evil['digest'][:19]}"},
    }
    attested = [
        image.attestation(one, image.statement(one, built_from(where)))
        for one, where in ((evil, "evil/app"), (good, "acme/app"))
    ]
    image.index(*([twin, evil, good] if comes_first else [evil, good, twin]), *attested)
    assert await verdict(image) is Verdict.FAIL


@pytest.mark.parametrize("platform", [Platform(os="image", architecture=""), Platform(os="", architecture="image")])
def test_none_is_called_as_the_image_is(platform: Platform) -> None:
    assert names([(platform, f"sha256:{'a' * 64}")]) == ["image/unknown"]


def test_each_name_is_another_one() -> None:
    amd64 = Platform(os="linux", architecture="amd64")
    windows = Platform.model_validate({"os": "linux", "architecture": "amd64", "os.version": "sha256:" + "a" * 12})
    digests = [f"sha256:{letter * 64}" for letter in "abc"]
    found = names([(amd64, digests[0]), (amd64, digests[1]), (windows, digests[2]), (amd64, digests[0])])
    assert len(set(found)) == len(found)
    assert found[1] == f"linux/amd64 sha256:{'b' * 12}"
