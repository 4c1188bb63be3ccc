"""In a private repository the action asks for min mode."""

from bot.attestations.provenance import Mode
from bot.evidence import Evidence
from tests.causes.showing import found, hides, of, shows, workflow
from tests.making import image, platform, provenance

ID, RULE = "private-default", "provenance-mode-min"
RUN = "https://github.com/acme/app/actions/runs/1"


def of_run(private: bool | None) -> Evidence:  # noqa: FBT001 - what the event says
    return image(platform(provenance=provenance(Mode.MIN, builder_id=RUN, run=RUN, repository_private=private)))


def test_a_run_that_says_private_makes_it_likely() -> None:
    shows(ID, "likely", "the repository is private", evidence=of_run(private=True), rule=RULE)


def test_when_the_run_does_not_say_two_ways_are_possible() -> None:
    assert {one.id: one.sureness.value for one in found(of_run(private=None), RULE).values()} == {
        ID: "possible",
        "explicit-min": "possible",
    }


def test_in_a_public_repository_the_default_is_max() -> None:
    hides(ID, evidence=of_run(private=False), rule=RULE)


async def test_without_a_run_no_action_passed_it() -> None:
    hides(ID, evidence=await of("bk018-min_2p_dflt"), rule=RULE)


def test_a_workflow_that_leaves_it_to_the_default_makes_it_certain() -> None:
    said = workflow("workflow-provenance-not-explicit")
    shows(ID, "certain", evidence=of_run(private=True), rule=RULE, workflow=said)
