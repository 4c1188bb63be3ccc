import pytest

from tests.workflows.looking import build, fixed, found, job, places, run

RULE = "workflow-literal-placeholder"


def test_in_a_block_of_labels() -> None:
    text = job(build("labels: |", "  a=b", "  org.opencontainers.image.revision=${GITHUB_SHA}", "  c=$GITHUB_REF_NAME"))
    assert [(one.line, one.column) for one in found(RULE, text)] == [(11, 47), (12, 15)]
    after = text.replace("${GITHUB_SHA}", "${{ github.sha }}").replace("$GITHUB_REF_NAME", "${{ github.ref_name }}")
    assert fixed(RULE, text) == after


@pytest.mark.parametrize(
    "value", ["a=${{ github.sha }}", "a=b", "a=$$GITHUB_SHA", "a=${{ format('{0}', github.sha) }}"]
)
def test_expressions_are_fine(value: str) -> None:
    assert not found(RULE, job(build("labels: |", f"  {value}")))


def test_any_variable_in_labels_but_not_in_build_arguments() -> None:
    assert [one.fixable for one in found(RULE, job(build("labels: v=${VERSION}")))] == [False]
    assert not found(RULE, job(build("build-args: A=${OTHER}")))
    assert found(RULE, job(build("build-args: A=${GITHUB_SHA}")))


def test_a_shell_does_read_it() -> None:
    assert not found(RULE, job(run("echo ${GITHUB_SHA}")))
    assert not found(RULE, job("- uses: acme/run@v1\n  with:\n    command: echo ${GITHUB_SHA}\n"))


def test_metadata_action() -> None:
    text = job("- uses: docker/metadata-action@v5\n  with:\n    labels: r=${GITHUB_SHA}\n")
    assert places(RULE, text) == [(8, "medium")]
