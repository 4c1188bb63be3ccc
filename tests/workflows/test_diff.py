"""Patches as git takes them."""

import subprocess
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.workflows import diff
from bot.workflows.diff import unified

LINES = st.lists(st.sampled_from(["a", "b", "", "\ta", "a\r", "+ a", "-", "\\", "@@"]), max_size=12)


def applied(folder: Path, name: str, before: str, patch: str) -> str:
    """What git makes of it."""
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(before.encode())
    subprocess.run(
        ["git", "apply", "--whitespace=nowarn", "-"],  # noqa: S607
        cwd=folder,
        input=patch.encode(),
        check=True,
        capture_output=True,
    )
    return target.read_bytes().decode()


def test_lines_far_from_a_change_are_not_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    def spy(junk: None, old: list[str], new: list[str], *, autojunk: bool) -> SequenceMatcher[str]:
        compared.append((old, new))
        return SequenceMatcher(junk, old, new, autojunk=autojunk)

    monkeypatch.setattr(diff, "SequenceMatcher", spy)
    lines = [f"{at}\n" for at in range(1, 10)]
    before, after = "".join(lines), "".join([*lines[:4], "new\n", *lines[4:]])
    patch = unified("x", before, after)
    assert patch.splitlines()[2:] == ["@@ -2,6 +2,7 @@", " 2", " 3", " 4", "+new", " 5", " 6", " 7"]
    assert compared == [(lines[1:7], [*lines[1:4], "new\n", *lines[4:7]])]
    assert applied(tmp_path, "x", before, patch) == after


def test_lines_beside_a_change_are_not_taken_for_others(tmp_path: Path) -> None:
    for before, after in (("b||-|b||-|b|-", "b|||-|b|-"), ("b|b|a|b|b|b|b|b", "b|b|b|b|b|b")):
        old, new = before.replace("|", "\n"), after.replace("|", "\n")
        assert applied(tmp_path, "x", old, unified("x", old, new)) == new


def test_which_of_some_equal_lines_is_new_is_decided_by_all_lines() -> None:
    after = "x\n" * 5 + "b\n" * 9
    assert unified("x", after.removeprefix("x\n"), after).splitlines()[2:5] == ["@@ -1,3 +1,4 @@", "+x", " x"]


@pytest.mark.parametrize("name", ["ci.yml", ".github/workflows/ci.yml", "a b.yml", "ü.yml", 'a"b\\c.yml', "a\tb.yml"])
def test_names(tmp_path: Path, name: str) -> None:
    assert applied(tmp_path, name, "a\nb\n", unified(name, "a\nb\n", "a\nc\n")) == "a\nc\n"


@pytest.mark.parametrize(
    ("before", "after"), [("a", "b"), ("a\n", "b"), ("a", "b\n"), ("a\r\nb", "a\r\nc"), ("x\n\n", "y\n\n")]
)
def test_the_last_newline(tmp_path: Path, before: str, after: str) -> None:
    assert applied(tmp_path, "x", before, unified("x", before, after)) == after


def test_nothing_differs() -> None:
    assert not unified("x", "a", "a")


@settings(max_examples=40, deadline=None)
@given(before=LINES, after=LINES)
def test_whatever_differs(tmp_path_factory: pytest.TempPathFactory, before: list[str], after: list[str]) -> None:
    old, new = "\n".join(before), "\n".join(after)
    if old == new or not old or not new:  # making and deleting files is another kind of patch
        return
    assert applied(tmp_path_factory.mktemp("git"), "x", old, unified("x", old, new)) == new
