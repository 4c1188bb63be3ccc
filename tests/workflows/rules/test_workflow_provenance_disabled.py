import pytest

from tests.workflows.looking import build, fixed, found, job, places, run

RULE = "workflow-provenance-disabled"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("provenance: false", "provenance: mode=max"),
        ("provenance: 'false'  # Lambda", "provenance: 'mode=max'  # Lambda"),
        ('provenance: "false"', 'provenance: "mode=max"'),
        ("attests: type=provenance,disabled=true", None),
    ],
)
def test_inputs(before: str, after: str | None) -> None:
    text = job(build("push: true", before))
    assert len(found(RULE, text)) == 1
    if after:
        assert places(RULE, text) == [(10, "high")]
        assert fixed(RULE, text) == text.replace(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("--provenance=false", "--provenance=mode=max"),
        ("--provenance false", "--provenance mode=max"),
        ("--provenance='false'", "--provenance='mode=max'"),
        ("--attest=type=provenance,disabled=true", "--attest=type=provenance"),
        ("--attest type=provenance,disabled=true", "--attest type=provenance"),
    ],
)
def test_flags(before: str, after: str) -> None:
    text = job(run(f"docker buildx build {before} --push ."))
    assert places(RULE, text) == [(7, "high")]
    assert fixed(RULE, text) == text.replace(before, after)


def test_the_environment_turns_it_off_where_the_build_does_not_ask_itself() -> None:
    silent = job(build("push: true"), head="env: { BUILDX_NO_DEFAULT_ATTESTATIONS: 1 }")
    assert places(RULE, silent) == [(7, "high")]
    assert "push: true\n          provenance: mode=max\n" in fixed(RULE, silent)
    asking = job(build("push: true", "provenance: mode=max"), head="env: { BUILDX_NO_DEFAULT_ATTESTATIONS: 1 }")
    assert not found(RULE, asking)


def test_a_flag_that_comes_from_a_variable_is_not_mended_by_adding_another() -> None:
    text = job(run("docker buildx build $P --provenance=$OFF --push .", env="OFF: 'false'"))
    assert [one.fixable for one in found(RULE, text)] == [False]


@pytest.mark.parametrize("said", ["provenance: ${{ inputs.p }}", "provenance: true", "provenance: mode=min"])
def test_silent_about_everything_else(said: str) -> None:
    assert not found(RULE, job(build("push: true", said)))


def test_a_value_that_others_share_is_not_changed() -> None:
    text = job(build("push: true", "load: &off false", "provenance: *off"))
    assert [one.fixable for one in found(RULE, text)] == [False]


@pytest.mark.parametrize(
    ("variable", "lines"),
    [
        ("FLAGS = {} --provenance=false", [1]),
        ("FLAGS = {} \\\n --provenance=false", [2]),
        ("FLAGS = {} # --provenance=false", []),
        ("FLAGS = \\\nX={} --provenance=false", [2]),
    ],
)
def test_a_long_variable_of_a_makefile(variable: str, lines: list[int]) -> None:
    text = variable.format("-q " * 2_000) + "\nbuild:\n\t$(BUILDER) $(FLAGS) .\n"
    assert [line for line, _ in places(RULE, text, "Makefile")] == lines


@pytest.mark.parametrize(
    ("version", "is_off"),
    [("v5.2.0", True), ("v5.3.0", False), ("v6.15.0", False), ("v6.16.0", True), ("v6", True), ("v5", False)],
)
def test_some_versions_of_the_action_do_not_read_the_environment(version: str, *, is_off: bool) -> None:
    step = build("push: true", uses=f"docker/build-push-action@{version}")
    head = "env: { BUILDX_NO_DEFAULT_ATTESTATIONS: 1 }"
    assert bool(found(RULE, job(step, head=head))) is is_off
    assert bool(found("workflow-provenance-not-explicit", job(step, head=head))) is not is_off
