import pytest

from tests.workflows.looking import build, found, job, places, run

RULE = "workflow-attestation-with-load"


@pytest.mark.parametrize("said", ["provenance: mode=max", "sbom: true"])
@pytest.mark.parametrize("load", ["load: true", "outputs: type=docker"])
def test_asked_and_loaded(said: str, load: str) -> None:
    assert places(RULE, job(build(load, said))) == [(10, "high")]


@pytest.mark.parametrize(
    "inputs", [("load: true",), ("load: true", "provenance: false"), ("load: '${{ inputs.l }}'", "sbom: true")]
)
def test_not_asked_or_unknown(inputs: tuple[str, ...]) -> None:
    assert not found(RULE, job(build(*inputs)))


def test_flags() -> None:
    assert places(RULE, job(run("docker buildx build --load --sbom=true ."))) == [(7, "high")]
    assert not found(RULE, job(run("docker buildx build --push --sbom=true .")))
