"""A secret as a build argument."""

from bot.attestations.provenance import Exposed, RecordPlace
from tests.causes.showing import hides, of, shows
from tests.making import config, image, platform, provenance

ID, RULE = "secret-build-arg", "provenance-secret-exposed"
TOKEN = "npm_fakeFAKEfakeFAKEfakeFAKEfakeFAKE0000"


async def test_a_token_in_a_build_argument() -> None:
    cause = shows(ID, "certain", "the build argument NPM_TOKEN", evidence=await of("max-args_1p_classic"), rule=RULE)
    assert "--mount=type=secret" in cause.snippet
    assert "fakeFAKE" not in repr(cause)


def test_a_token_in_the_environment_looks_alike() -> None:
    leaks = config(exposed=(Exposed(RecordPlace.IMAGE_ENVIRONMENT, "NPM_TOKEN", TOKEN),))
    hides(ID, evidence=image(platform(config=leaks)), rule=RULE)


def test_a_harmless_argument_beside_it_is_not_named() -> None:
    told = (
        Exposed(RecordPlace.BUILD_ARGUMENT, "VERSION", "1.2.3"),
        Exposed(RecordPlace.BUILD_ARGUMENT, "NPM_TOKEN", TOKEN),
    )
    cause = shows(ID, "certain", evidence=image(platform(provenance=provenance(exposed=told))), rule=RULE)
    assert "VERSION" not in cause.because
