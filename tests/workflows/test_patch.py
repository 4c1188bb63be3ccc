"""The patch: what it changes, and that it changes nothing else, in whatever file it is made."""

import json
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.workflows.find import diff, fixed_text, lint_text
from tests.workflows.looking import WORKFLOW, build, job, run
from tests.workflows.test_diff import applied

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "workflows"
NAMES = [
    "before.yml",
    "next.yml",
    "gitlab-ci.yml",
    "docker-bake.hcl",
    "docker-bake.json",
    "compose.yaml",
    "Makefile",
    "promote.sh",
]


def fix(text: str, name: str = WORKFLOW) -> str:
    return fixed_text(name, text, lint_text(name, text))


def rules(text: str, name: str = WORKFLOW) -> list[tuple[str, bool]]:
    return [(one.rule, one.fixable) for one in lint_text(name, text)]


def read(name: str) -> str:
    return (FIXTURES / name).read_bytes().decode()


def test_before_becomes_after() -> None:
    before, after = (read(name).partition("\n")[2] for name in ("before.yml", "after.yml"))
    assert fix(before) == after
    assert not rules(after)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("name", NAMES)
def test_git_applies_it_and_nothing_that_can_be_mended_is_left(tmp_path: Path, name: str, newline: str) -> None:
    text = read(name).replace("\n", newline)
    findings = lint_text(name, text)
    assert any(one.fixable for one in findings)
    after = fixed_text(name, text, findings)
    assert applied(tmp_path, name, text, diff(name, text, findings)) == after
    assert not any(fixable for _, fixable in rules(after, name))
    assert fix(after, name) == after
    assert after.count("\r") == (after.count("\n") if newline == "\r\n" else 0)


@pytest.mark.parametrize("name", NAMES)
def test_no_line_changes_for_which_there_is_no_edit(name: str) -> None:
    text = read(name)
    after = fix(text, name)
    edits = [edit for one in lint_text(name, text) if one.fix for edit in one.fix.edits]
    compared = SequenceMatcher(None, text.splitlines(), after.splitlines(), autojunk=False)
    changed = sum(end - start for kind, start, end, *_ in compared.get_opcodes() if kind != "equal")
    assert changed <= len(edits)


def test_a_missing_last_newline_stays_missing() -> None:
    text = job(build("context: .", "push: true")).rstrip("\n")
    after = fix(text)
    assert after.endswith("sbom: true")
    assert not after.endswith("\n")


def test_anchors_comments_tabs_and_several_documents_survive() -> None:
    text = (
        "# first\nx-steps: &s\n  - uses: docker/build-push-action@v7 # the step\n    with: &w # inputs\n"
        "      push:   true   # go\n      build-args: |\n        A=b\tc\n        \t\n        \tD=e\n"
        "on: push\njobs:\n  a:\n    steps: *s\n  b:\n    steps: *s\n---\n# second\njobs: {}\n...\n"
    )
    assert fix(text) == text.replace("# go\n", "# go\n      provenance: mode=max\n      sbom: true\n")


def test_flow_tables_grow_inside() -> None:
    text = job("- uses: docker/build-push-action@v7\n  with: { push: true, tags: 'a, b' }\n")
    assert "{ push: true, tags: 'a, b', provenance: mode=max, sbom: true }" in fix(text)


def test_an_alias_as_inputs_is_mended_where_it_stands_once() -> None:
    text = (
        "x: &w\n  push: true\non: push\njobs:\n  a:\n    steps:\n"
        + 2 * "      - uses: docker/build-push-action@v7\n        with: *w\n"
    )
    assert fix(text).startswith("x: &w\n  push: true\n  provenance: mode=max\n  sbom: true\non: push\n")


def test_a_file_of_two_thousand_lines() -> None:
    step = build(
        "context: .",
        "push: true",
        "tags: |",
        "  quay.io/acme/app:1",
        "labels: |",
        "  r=${GITHUB_SHA}",
        uses="docker/build-push-action@v4.0.0",
    )
    text = job((step + run("echo a", "# b", "", "echo c")) * 150)
    assert text.count("\n") > 2_000
    after = fix(text)
    assert after.count("provenance: mode=max") == after.count("@v7.3.0") == after.count("${{ github.sha }}") == 150
    assert not [one for one in rules(after) if one[1]]


def test_two_fixes_that_write_the_same_key_follow_each_other() -> None:
    after = fix('target "a" { tags = ["quay.io/acme/a:1"] }\n', "docker-bake.hcl")
    assert (
        after
        == 'target "a" {\n  attest = ["type=sbom", "type=provenance,mode=max"]\n  tags = ["quay.io/acme/a:1"]\n}\n'
    )
    tool = json.loads(fix(read("docker-bake.json"), "docker-bake.json").replace("\t", " "))["target"]
    assert tool["app"]["attest"] == tool["tool"]["attest"] == ["type=sbom", "type=provenance,mode=max"]


def test_only_the_rules_that_were_asked_for_are_mended() -> None:
    text = read("before.yml")
    some = [one for one in lint_text(WORKFLOW, text) if one.rule == "workflow-provenance-not-explicit"]
    after = fixed_text(WORKFLOW, text, some)
    assert after.count("mode=max") == 2
    assert "${GITHUB_SHA}" in after


KEYS = {
    "context": "'.'",
    "platforms": '"linux/amd64"',
    "file": "Dockerfile",
    "pull": "true",
    "labels": "|\n    a=b\n    # no comment\n\n    c=${GITHUB_SHA}",
}
COMMENTS = st.sampled_from(["", " # why", "  #x: y"])


@st.composite
def workflows(draw: st.DrawFn) -> tuple[str, int]:
    """A workflow with steps in many spellings, and how many of them are pushed and say nothing."""
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    steps, silent = [], 0
    for number in range(draw(st.integers(1, 4))):
        keys = draw(st.lists(st.sampled_from([*KEYS, "push"]), unique=True))
        keys += [] if "push" in keys else ["push"]
        said = draw(st.sampled_from(["", "provenance: mode=max", "provenance: ${{ inputs.p }}"]))
        silent += not said
        entries = [f"{key}: {KEYS.get(key, 'true')}" + (draw(COMMENTS) if key != "labels" else "") for key in keys]
        entries.insert(draw(st.integers(0, len(entries))), said) if said else None
        lines = [
            f"- uses: docker/build-push-action@{draw(st.sampled_from(['v4.0.0', 'v7']))}{draw(COMMENTS)}",
            f"  id: s{number}",
            f"  with:{draw(COMMENTS)}",
        ]
        lines += [f"    {line}" for entry in entries for line in entry.split("\n")]
        steps.append("\n".join(lines) + draw(st.sampled_from(["\n", "\n\n", "\n# between\n"])))
    text = job("".join(steps))
    text = text.rstrip("\n") if draw(st.booleans()) else text
    return text.replace("\n", newline), silent


def plain(text: str) -> object:
    return YAML(typ="safe", pure=True).load(text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(workflows())
def test_parsed_before_and_after_differ_in_what_was_meant_only(made: tuple[str, int]) -> None:
    text, silent = made
    asked = [one for one in lint_text(WORKFLOW, text) if one.rule == "workflow-provenance-not-explicit"]
    assert len(asked) == silent
    after = fixed_text(WORKFLOW, text, asked)
    before_steps, after_steps = (value["jobs"]["image"]["steps"] for value in (plain(text), plain(after)))  # type: ignore[index]
    for one, other in zip(before_steps, after_steps, strict=True):
        if "provenance" not in one["with"]:
            assert other["with"].pop("provenance") == "mode=max"
        assert one == other
    assert without(after, "provenance: mode=max", text) == lines_of(text)


def lines_of(text: str) -> list[str]:
    return [line.removesuffix("\r") for line in text.split("\n")]


def without(after: str, added: str, before: str) -> list[str]:
    """The lines, without those that were added."""
    kept: list[str] = []
    old = lines_of(before)
    for line in lines_of(after):
        if line.strip() != added or (len(kept) < len(old) and old[len(kept)] == line):
            kept.append(line)
    return kept


def test_a_lone_carriage_return_is_no_indentation() -> None:
    text = job(build("context: .", "push: true")).replace("          push", "\r          push")
    assert "\r          push: true\n          provenance: mode=max\n          sbom: true\n" in fix(text)
