"""A secret that the base image's environment holds."""

from bot.attestations.provenance import Exposed, RecordPlace
from bot.context import Context
from bot.evidence import Evidence
from bot.rules.provenance_secret_exposed import rule
from tests.causes.showing import hides, shows
from tests.making import config, image, platform, provenance

ID, RULE = "secret-in-base-image", "provenance-secret-exposed"
SECRET = "correct horse battery"
DOCKERFILE = Exposed(RecordPlace.DOCKERFILE, "", "FROM registry.example/base\nRUN make\nENV MY_DB_PASSWORD_HINT=x\n")
IN_STEP = Exposed(RecordPlace.STEP_ENVIRONMENT, "DB_PASSWORD", SECRET)


def built(*exposed: Exposed, environment: str = "") -> Evidence:
    named = (Exposed(RecordPlace.IMAGE_ENVIRONMENT, environment, SECRET),) if environment else ()
    return image(platform(provenance=provenance(exposed=exposed), config=config(exposed=named)))


def test_a_variable_of_a_step_that_the_dockerfile_does_not_set() -> None:
    evidence = built(DOCKERFILE, IN_STEP)
    cause = shows(ID, "likely", "variable DB_PASSWORD", "base image", "alpine", evidence=evidence, rule=RULE)
    assert SECRET not in repr(cause)


def test_a_variable_of_the_image_looks_alike() -> None:
    shows(ID, "likely", "variable DB_PASSWORD", evidence=built(DOCKERFILE, environment="DB_PASSWORD"), rule=RULE)


def test_what_the_dockerfile_or_a_build_argument_sets_does_not_come_from_there() -> None:
    sets = Exposed(RecordPlace.DOCKERFILE, "", f"FROM x\nENV DB_PASSWORD={SECRET}\n")
    hides(ID, evidence=built(sets, IN_STEP), rule=RULE)
    given = Exposed(RecordPlace.BUILD_ARGUMENT, "DB_PASSWORD", SECRET)
    hides(ID, evidence=built(DOCKERFILE, given, IN_STEP), rule=RULE)


def test_without_the_dockerfile_nobody_knows() -> None:
    hides(ID, evidence=built(IN_STEP, environment="DB_PASSWORD"), rule=RULE)


def test_the_rule_names_the_place_and_never_the_value() -> None:
    (found,) = rule.findings(Context(built(DOCKERFILE, IN_STEP)))
    assert found.message == (
        "environment of a build step: DB_PASSWORD looks like a secret (named like a password, 21 characters)"
    )
