"""Nobody said which mode."""

from pathlib import Path

from bot.attestations.provenance import Mode
from bot.attestations.slsa import read_provenance
from bot.attestations.statement import Statement
from bot.oci.documents import read
from tests.causes.showing import hides, of, shows, workflow
from tests.making import image, platform, provenance

ID, RULE = "mode-not-explicit", "provenance-mode-min"


async def test_buildx_alone_is_recognised() -> None:
    cause = shows(ID, "likely", "builder.id is empty", evidence=await of("bk018-min_2p_dflt"), rule=RULE)
    assert "provenance: mode=max" in cause.snippet  # the source is on GitHub


async def test_what_buildx_made_without_flags_has_it(shared_data: Path) -> None:
    shows(ID, "likely", evidence=await of("bx-default", shared_data), rule=RULE)


def test_the_nightly_that_started_it_all(shared_data: Path) -> None:
    file = shared_data / "microcks" / "docs-provenance-v0.2-mode-min-nightly-2024-12-03.json"
    found = read_provenance(read(file.read_bytes(), Statement, what="statement"))
    shows(ID, "likely", "left the address of their run", evidence=image(platform(provenance=found)), rule=RULE)


def test_min_that_an_action_asked_for_looks_alike() -> None:
    hides(
        ID,
        evidence=image(platform(provenance=provenance(Mode.MIN, run="https://github.com/a/b/actions/runs/1"))),
        rule=RULE,
    )


def test_a_workflow_that_says_nothing_makes_it_certain() -> None:
    evidence = image(platform(provenance=provenance(Mode.MIN, builder_id="")))
    words = "The workflow that built it says so, too: .github/workflows/build.yml, line 88."
    shows(ID, "certain", words, evidence=evidence, rule=RULE, workflow=workflow("workflow-provenance-not-explicit"))
    shows(ID, "likely", evidence=evidence, rule=RULE, workflow=workflow("workflow-sbom-not-requested"))
