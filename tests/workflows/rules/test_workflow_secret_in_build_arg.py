import pytest

from bot.workflows.doubts import Doubt
from tests.workflows.looking import build, found, job, run

RULE = "workflow-secret-in-build-arg"


def test_inputs() -> None:
    text = job(build("push: true", "build-args: |", "  VERSION=1", "  TOKEN=${{ secrets.TOKEN }}"))
    (one,) = found(RULE, text)
    assert (one.line, one.column, one.severity.value) == (12, 13, "critical")
    assert "TOKEN" in one.message


def test_what_is_not_published_or_not_valid_for_long_is_no_disaster() -> None:
    text = job(build("push: {}", "tags: quay.io/acme/app:1", "build-args: TOKEN=${{{{ secrets.{} }}}}"))
    for push, token, doubts in (
        ("true", "TOKEN", ()),
        ("false", "TOKEN", (Doubt.NOT_PUSHED,)),
        ("true", "GITHUB_TOKEN", (Doubt.SHORT_LIVED,)),
    ):
        (one,) = found(RULE, text.format(push, token))
        assert (one.doubts, one.severity.value) == (doubts, "low" if doubts else "critical")


@pytest.mark.parametrize("arg", ["--build-arg T=${{ secrets.T }}", "--build-arg=T=$T", "--build-arg T"])
def test_flags(arg: str) -> None:
    assert len(found(RULE, job(run(f"docker build {arg} .", env="T: '${{ secrets.T }}'")))) == 1


def test_secrets_belong_in_secrets() -> None:
    assert not found(RULE, job(build("secrets: |", "  token=${{ secrets.TOKEN }}", "build-args: A=${{ inputs.a }}")))
    assert not found(RULE, job(run("docker build --secret id=T,env=T .", env="T: '${{ secrets.T }}'")))
