import pytest

from tests.workflows.looking import build, found, job

RULE = "workflow-ignore-without-reason"
OFF = "workflow-provenance-disabled"


def silenced(comment: str) -> str:
    return job(build("push: true", f"provenance: false # {comment}"))


def test_a_comment_with_a_reason_silences_its_line() -> None:
    text = silenced(f"provenance: ignore[{OFF}] AWS Lambda refuses an index")
    assert not found(OFF, text)
    assert not found(RULE, text)


def test_alone_on_a_line_it_silences_the_next_one() -> None:
    text = job(
        build(
            "push: true",
            f"# provenance: ignore[{OFF}, workflow-provenance-min] Lambda",
            "",
            "# more",
            "provenance: false",
        )
    )
    assert not found(OFF, text)


@pytest.mark.parametrize(
    "comment", [f"provenance: ignore[{OFF}]", f"provenance: ignore[{OFF}]  ", "provenance: ignore[] why"]
)
def test_without_a_reason_or_a_rule_it_does_nothing_and_is_found(comment: str) -> None:
    assert found(OFF, silenced(comment))
    assert [(one.line, one.severity.value) for one in found(RULE, silenced(comment))] == [(10, "low")]


def test_a_rule_that_is_not_there() -> None:
    (one,) = found(RULE, silenced("provenance: ignore[workflow-nothing] why"))
    assert "workflow-nothing" in one.message


def test_another_rule_is_not_silenced() -> None:
    assert found(OFF, silenced("provenance: ignore[workflow-provenance-min] why"))
