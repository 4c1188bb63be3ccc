"""The first user's workflows, before and after its own fixes. The files stand beside the repository."""

import re
from pathlib import Path

import pytest

from bot.workflows.find import diff, explains, fixed_text, lint_text
from bot.workflows.project import Project
from bot.workflows.rules import LintFinding
from bot.workflows.versions import LAST_THAT_CANNOT_READ_BUILDKIT, read_version
from tests.workflows.test_diff import applied

BUILD = "docker/build-push-action"
KNOWN_TO_BE_WRONG = {"workflow-builder-not-booted", "workflow-literal-placeholder"}
"""F20 and the literal ${GITHUB_SHA}: true of all of them, to this day."""


@pytest.fixture(scope="module")
def workflows(shared_data: Path) -> Path:
    return shared_data / "microcks" / "workflows"


def look(path: Path) -> tuple[str, list[LintFinding]]:
    text = path.read_bytes().decode()
    return text, lint_text(".github/workflows/" + path.name, text)


def lines(findings: list[LintFinding], rule: str) -> list[int]:
    return [one.line for one in findings if one.rule == rule]


def test_before_the_fix_the_four_build_steps_are_reported(workflows: Path) -> None:
    text, findings = look(workflows / "microcks-12568cee" / "build-verify.yml")
    steps = [number for number, line in enumerate(text.splitlines(), 1) if f"uses: {BUILD}" in line]
    assert len(steps) == 4
    for rule in ("workflow-provenance-not-explicit", "workflow-action-too-old"):
        assert lines(findings, rule) == steps
    assert {rule for one in findings for rule in explains(one)} >= {"provenance-mode-min", "image-label-unexpanded"}
    assert all(one.fixable for one in findings)


def test_the_patch_says_what_their_own_fix_says(workflows: Path, tmp_path: Path) -> None:
    before, findings = look(workflows / "microcks-12568cee" / "build-verify.yml")
    theirs = (workflows / "microcks-bf213329" / "build-verify.yml").read_text()
    patch = diff("build-verify.yml", before, findings)
    after = applied(tmp_path, "build-verify.yml", before, patch)

    def neutral(text: str) -> str:
        text = re.sub(rf"{BUILD}@v[\d.]+", BUILD, text).replace("${GITHUB_SHA}", "${{ github.sha }}")
        return text.replace("buildx create --bootstrap", "buildx create")

    assert neutral(after) == neutral(theirs)
    versions = [read_version(version) for version in re.findall(rf"{BUILD}@(v[\d.]+)", after)]
    assert len(versions) == 4
    assert all(version and version > LAST_THAT_CANNOT_READ_BUILDKIT[BUILD] for version in versions)
    assert not lint_text("build-verify.yml", after)


@pytest.mark.parametrize(
    "path",
    [
        "microcks-bf213329/build-verify.yml",
        "microcks-18ab3372/build-container.yml",
        "microcks-18ab3372/build-verify.yml",
    ],
)
def test_after_the_fix_only_what_is_known_to_be_wrong(workflows: Path, path: str) -> None:
    _, findings = look(workflows / path)
    assert {one.rule for one in findings} <= KNOWN_TO_BE_WRONG
    assert {one.severity.value for one in findings if one.rule == "workflow-builder-not-booted"} <= {"info"}


def test_with_what_it_calls_nothing_is_added(workflows: Path) -> None:
    found = list(Project(workflows).lint([workflows / "microcks-18ab3372" / "build-verify.yml"]))
    assert [file.path.name for file in found] == ["build-verify.yml", "build-container.yml"]
    assert {one.rule for file in found for one in file.findings} == KNOWN_TO_BE_WRONG


def test_the_sign_step_of_next_reads_the_wrong_digest(workflows: Path) -> None:
    text, findings = look(workflows / "hub-486cdf7b" / "build-verify.yml")
    (one,) = [one for one in findings if one.rule == "workflow-sign-wrong-step"]
    assert one.line == 115
    assert "${{ steps.build-and-push-next.outputs.digest }}" in one.message
    assert "signature-missing" in explains(one)
    after = fixed_text("build-verify.yml", text, [one]).splitlines()
    changed = [(line, new) for line, new in zip(text.splitlines(), after, strict=True) if line != new]
    assert changed == [
        (
            "          DIGEST: ${{ steps.build-and-push.outputs.digest }}",
            "          DIGEST: ${{ steps.build-and-push-next.outputs.digest }}",
        )
    ]
    assert {one.rule for one in findings} == KNOWN_TO_BE_WRONG | {"workflow-sign-wrong-step", "workflow-cosign-format"}
