import pytest

from tests.workflows.looking import build, found, job, run

RULE = "workflow-secret-in-build-arg"


def test_inputs() -> None:
    text = job(build("build-args: |", "  VERSION=1", "  TOKEN=${{ secrets.TOKEN }}"))
    (one,) = found(RULE, text)
    assert (one.line, one.column, one.severity.value) == (11, 13, "critical")
    assert "TOKEN" in one.message


@pytest.mark.parametrize("arg", ["--build-arg T=${{ secrets.T }}", "--build-arg=T=$T", "--build-arg T"])
def test_flags(arg: str) -> None:
    assert len(found(RULE, job(run(f"docker build {arg} .", env="T: '${{ secrets.T }}'")))) == 1


def test_secrets_belong_in_secrets() -> None:
    assert not found(RULE, job(build("secrets: |", "  token=${{ secrets.TOKEN }}", "build-args: A=${{ inputs.a }}")))
    assert not found(RULE, job(run("docker build --secret id=T,env=T .", env="T: '${{ secrets.T }}'")))
