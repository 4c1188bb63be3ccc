"""An old action took BuildKit's version for unknown."""

from bot.attestations.provenance import Mode
from tests.causes.showing import found, hides, of, shows, sibling, workflow
from tests.making import image, platform, provenance

ID, RULE = "action-cannot-read-buildkit", "provenance-mode-min"
UNNAMED = provenance(Mode.MIN, builder_id="")
MAX = provenance(run="https://github.com/acme/app/actions/runs/1")


async def test_from_one_image_on_github_it_cannot_be_told_apart() -> None:
    evidence = await of("bk018-min_2p_dflt")
    shows(ID, "possible", evidence=evidence, rule=RULE)
    assert list(found(evidence, RULE)) == ["mode-not-explicit", ID, "builder-not-booted"]


def test_when_every_image_of_the_build_is_like_that_it_is_likely_and_the_builder_is_not_to_blame() -> None:
    evidence, sisters = image(platform(provenance=UNNAMED)), [sibling(platform(provenance=UNNAMED))]
    shows(ID, "likely", "Every image of this build", evidence=evidence, rule=RULE, sisters=sisters)
    hides("builder-not-booted", evidence=evidence, rule=RULE, sisters=sisters)


def test_one_image_in_max_mode_rules_it_out() -> None:
    evidence = image(platform(provenance=UNNAMED))
    hides(ID, evidence=evidence, rule=RULE, sisters=[sibling(platform(provenance=MAX))])


def test_elsewhere_than_on_github_there_is_no_action() -> None:
    source = provenance(Mode.MIN, builder_id="", source="https://gitlab.com/acme/app")
    hides(ID, evidence=image(platform(provenance=source)), rule=RULE)


def test_in_a_private_repository_the_action_asks_for_min_by_itself() -> None:
    private = provenance(Mode.MIN, builder_id="", repository_private=True)
    hides(ID, evidence=image(platform(provenance=private)), rule=RULE)


def test_a_workflow_with_the_old_action_makes_it_likely() -> None:
    evidence = image(platform(provenance=UNNAMED))
    shows(ID, "likely", "line 88", evidence=evidence, rule=RULE, workflow=workflow("workflow-action-too-old"))
