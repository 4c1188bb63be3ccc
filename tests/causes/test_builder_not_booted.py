"""The builder did not run yet when the action asked."""

from bot.attestations.provenance import Mode
from tests.causes.showing import hides, of, shows, sibling, workflow
from tests.making import image, platform, provenance

ID, RULE = "builder-not-booted", "provenance-mode-min"
UNNAMED = provenance(Mode.MIN, builder_id="")
MAX = provenance(run="https://github.com/acme/app/actions/runs/1")


def test_a_sibling_in_max_mode_tells_it() -> None:
    evidence, sisters = image(platform(provenance=UNNAMED)), [sibling(platform(provenance=MAX))]
    cause = shows(ID, "likely", "Another image of the same build", evidence=evidence, rule=RULE, sisters=sisters)
    assert "--bootstrap" in cause.snippet


def test_a_workflow_that_makes_such_a_builder_makes_that_certain() -> None:
    evidence, sisters = image(platform(provenance=UNNAMED)), [sibling(platform(provenance=MAX))]
    said = workflow("workflow-builder-not-booted")
    shows(ID, "certain", evidence=evidence, rule=RULE, sisters=sisters, workflow=said)


def test_an_image_of_another_commit_tells_nothing() -> None:
    other = provenance(run="https://github.com/acme/app/actions/runs/2", revision="f" * 40)
    shows(
        ID,
        "possible",
        evidence=image(platform(provenance=UNNAMED)),
        rule=RULE,
        sisters=[sibling(platform(provenance=other))],
    )


async def test_from_one_image_it_is_only_possible() -> None:
    shows(ID, "possible", evidence=await of("bk018-min_2p_dflt"), rule=RULE)


def test_an_image_whose_source_is_elsewhere_looks_alike() -> None:
    elsewhere = provenance(Mode.MIN, builder_id="", source="https://git.example.org/acme/app")
    hides(ID, evidence=image(platform(provenance=elsewhere)), rule=RULE)
