"""The workflow asks for min mode."""

from bot.attestations.provenance import Mode
from tests.causes.showing import hides, of, shows, workflow
from tests.making import image, platform, provenance

ID, RULE = "explicit-min", "provenance-mode-min"
RUN = "https://github.com/acme/app/actions/runs/1"
PUBLIC = image(platform(provenance=provenance(Mode.MIN, builder_id=RUN, run=RUN, repository_private=False)))


def test_in_a_public_repository_somebody_must_have_asked() -> None:
    shows(ID, "likely", "the repository is public", evidence=PUBLIC, rule=RULE)
    shows(ID, "certain", evidence=PUBLIC, rule=RULE, workflow=workflow("workflow-provenance-min"))


def test_a_builder_set_by_hand_is_no_run() -> None:
    by_hand = provenance(Mode.MIN, builder_id="https://ci.example/7", run=RUN)
    hides(ID, evidence=image(platform(provenance=by_hand)), rule=RULE)


async def test_min_of_buildx_alone_looks_alike() -> None:
    hides(ID, evidence=await of("bk018-min_2p_dflt"), rule=RULE)
