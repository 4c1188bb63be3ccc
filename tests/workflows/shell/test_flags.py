"""Flags, also those that hide in a variable."""

from tests.workflows.looking import found, job, run

RULES = ("workflow-provenance-not-explicit", "workflow-sbom-not-requested", "workflow-provenance-disabled")


def said(*lines: str) -> list[str]:
    text = job(run(*lines))
    return [rule.removeprefix("workflow-") for rule in RULES if found(rule, text)]


def test_one_variable_that_holds_several_flags() -> None:
    assert said('FLAGS="--provenance=mode=max --sbom=true"', "docker buildx build $FLAGS --push .") == []
    assert said('FLAGS="--pull --sbom=true"', "docker buildx build $FLAGS --push .") == ["provenance-not-explicit"]
    assert said('FLAGS="--provenance=false --sbom=true"', "docker buildx build $FLAGS --push .") == [
        "provenance-disabled"
    ]


def test_a_variable_that_nobody_knows_may_hold_any() -> None:
    assert said("docker buildx build $FLAGS --push .") == []
    assert said('docker buildx build "${FLAGS[@]}" --push .') == []
