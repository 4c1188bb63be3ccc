import pytest

from tests.workflows.looking import build, found, job, places, run

RULE = "workflow-attestation-with-load"
SETUP = "- uses: docker/setup-buildx-action@v4\n"


@pytest.mark.parametrize("said", ["provenance: mode=max", "sbom: true"])
@pytest.mark.parametrize("load", ["load: true", "outputs: type=docker"])
def test_asked_and_loaded(said: str, load: str) -> None:
    assert places(RULE, job(SETUP + build(load, said))) == [(11, "high")]


@pytest.mark.parametrize(
    "inputs", [("load: true",), ("load: true", "provenance: false"), ("load: '${{ inputs.l }}'", "sbom: true")]
)
def test_not_asked_or_unknown(inputs: tuple[str, ...]) -> None:
    assert not found(RULE, job(SETUP + build(*inputs)))


def test_flags() -> None:
    loaded = run("docker buildx build --load --sbom=true .")
    assert places(RULE, job(SETUP + loaded)) == [(8, "high")]
    assert not found(RULE, job(loaded))  # the containerd store of the runner's engine
    assert not found(RULE, job(run("docker build --sbom=true .")))
    assert not found(RULE, job(run("docker buildx build --push --sbom=true .")))
