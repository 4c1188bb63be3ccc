"""A repository on disk, linted as `provenance lint` does it, and patched by git."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from msgspec import Struct
from ruamel.yaml import YAML

from bot.workflows.linted_file import LintedFile
from bot.workflows.project import Project
from tests.workflows.test_diff import applied

CI = ".github/workflows/ci.yml"


class Repository(Struct, frozen=True):
    """`files` by path, in which nothing is wrong."""

    root: Path
    files: dict[str, str]

    def fine(self) -> None:
        """Nothing is found."""
        assert said(look(self.root, self.files)) == []

    def broken(self, old: str, new: str, *expected: str) -> dict[str, str]:
        """With `old` replaced by `new`, exactly `expected` is found; the files, fixed as far as git can apply it.

        Each is a rule without its "workflow-", and the text that stands where it points.
        """
        (name,) = (name for name, text in self.files.items() if old in text)
        assert self.files[name].count(old) == 1
        wrong = self.files | {name: self.files[name].replace(old, new)}
        found = look(self.root, wrong)
        assert said(found) == sorted(expected), "\n".join(str(one) for file in found for one in file.findings)
        fixed = wrong | {
            file.name: applied(self.root, file.name, file.text, file.patch) for file in found if file.patch
        }
        for text in (text for name, text in fixed.items() if name.endswith(".yml")):
            YAML(typ="safe", pure=True).load(text)  # refuses keys that stand twice, as GitHub does
        again = look(self.root, fixed)
        before = {(one.rule, one.message) for file in found for one in file.findings if not one.fixable}
        assert {(one.rule, one.message) for file in again for one in file.findings} <= before
        assert not any(file.patch for file in again)
        return fixed


Make = Callable[[str | dict[str, str]], Repository]


def look(root: Path, files: dict[str, str]) -> list[LintedFile]:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    found = list(Project(root).lint([root]))
    assert not [file.trouble for file in found if file.trouble]
    return found


def said(found: list[LintedFile]) -> list[str]:
    """Rule, and the first words where it points."""
    lines = {file.name: file.text.split("\n") for file in found}
    every = [one for file in found for one in file.findings]
    return sorted(
        f"{one.rule.removeprefix('workflow-')} {_there(lines[one.file], one.line, one.column)}" for one in every
    )


def _there(lines: list[str], line: int, column: int) -> str:
    return lines[line - 1][column - 1 :].split(" ")[0]


@pytest.fixture
def repository(tmp_path: Path) -> Make:
    """Make one of the text of its only workflow, or of several files by their paths."""

    def made(given: str | dict[str, str]) -> Repository:
        files = {CI: given} if isinstance(given, str) else given
        return Repository(tmp_path, {name: dedent(text) for name, text in files.items()})

    return made
