"""The engine's own builder made the image; only the workflow shows on which builder an image was made."""

from bot.attestations.provenance import Mode
from bot.context import WorkflowFinding
from bot.file_rule import WorkflowReason
from tests.causes.showing import hides, shows, unsigned, workflow
from tests.making import config, digest, image, platform, provenance

ID, RULE = "no-buildx-setup", "provenance-mode-min"
MIN = image(platform(provenance=provenance(Mode.MIN, builder_id="")))
SEEN = [
    WorkflowFinding(
        "workflow-provenance-not-explicit", ".github/workflows/build.yml", 7, "x", WorkflowReason.ENGINES_BUILDER
    )
]


def bare(comment: str) -> object:
    made = config(history=(("ENTRYPOINT x", comment, ""),))
    one = platform(provenance=None, sbom=None, statements=(), attestation_manifests=(), config=made)
    return unsigned(one, is_index=False, digest=digest("linux/amd64"))


def test_the_workflow_sets_up_no_builder() -> None:
    shows(ID, "likely", "build.yml, line 7", "engine's own", evidence=MIN, rule=RULE, workflow=SEEN)
    shows(ID, "likely", evidence=bare("buildkit.dockerfile.v0"), rule="provenance-missing", workflow=SEEN)


def test_without_the_workflow_nobody_knows() -> None:
    hides(ID, evidence=MIN, rule=RULE)
    hides(ID, evidence=MIN, rule=RULE, workflow=workflow("workflow-provenance-not-explicit"))


def test_several_platforms_are_not_made_there() -> None:
    both = image(*(platform(name, provenance=provenance(Mode.MIN)) for name in ("linux/amd64", "linux/arm64")))
    hides(ID, evidence=both, rule=RULE, workflow=SEEN)


def test_what_another_program_made_or_an_action_named_looks_alike() -> None:
    hides(ID, evidence=bare("kaniko"), rule="provenance-missing", workflow=SEEN)
    run = "https://github.com/acme/app/actions/runs/1"
    hides(ID, evidence=image(platform(provenance=provenance(Mode.MIN, builder_id=run))), rule=RULE, workflow=SEEN)
