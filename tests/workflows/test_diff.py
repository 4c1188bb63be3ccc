"""Patches as git takes them."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
