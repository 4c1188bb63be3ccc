"""Helper verbs: look at the files of a repository, and at the reasons that findings give."""

from pathlib import Path

from bot.rules import Severity
from bot.workflows.doubts import SAID, Doubt
from bot.workflows.project import Project
from bot.workflows.rules import LintFinding
from tests.workflows.test_project import put

BUILDX = "docker buildx build --push -t {} ."
CI = ".github/workflows/ci.yml"
NOT_EXPLICIT = "workflow-provenance-not-explicit"
SBOM = "workflow-sbom-not-requested"
MAKEFILE = "push:\n\tdocker buildx build --push -t quay.io/acme/app:1 .\n"


def findings(root: Path, files: dict[str, str], path: str = ".") -> list[LintFinding]:
    return [one for file in Project(put(root, files)).lint([root / path]) for one in file.findings]


def doubts(found: list[LintFinding]) -> set[tuple[Doubt, ...]]:
    assert found
    assert all(one.severity is Severity.LOW for one in found if one.doubts)
    assert all(SAID[doubt] in one.message for one in found for doubt in one.doubts)
    return {one.doubts for one in found}
