"""In a job of GitHub Actions, no word of an image or a file becomes a command of the runner."""

import json
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.cli.exit_codes import UNCHECKED, USAGE
from bot.cli.runner_log import without_commands

FORGED = "##[set-output name=verdict]pass"


@pytest.fixture
def in_a_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")


@pytest.mark.usefixtures("in_a_job")
def test_a_name_in_a_list_gives_no_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "list.txt").write_text(f"'{FORGED}'\n")
    (tmp_path / "compose.yaml").write_text(json.dumps({"services": {"a": {"image": f"a/b:{FORGED}"}}}))
    for words in ([FORGED], [f"@{tmp_path / 'list.txt'}"], [str(tmp_path / "compose.yaml")]):
        assert main(["check", *words]) == USAGE
        told = capsys.readouterr()
        assert "##[" not in told.out + told.err


@pytest.mark.usefixtures("in_a_job")
@pytest.mark.parametrize("format_", ["text", "github"])
def test_nor_does_an_image(tmp_path: Path, capsys: pytest.CaptureFixture[str], format_: str) -> None:
    (tmp_path / FORGED).mkdir()
    assert main(["check", "--format", format_, f"oci:{tmp_path / FORGED}:1"]) == UNCHECKED
    for line in capsys.readouterr().out.splitlines():
        assert "##[" not in line or line.startswith("::error title=")  # a line is one command at most
    assert without_commands("a\n  ::stop-commands::b\n::c") == "a\n  : :stop-commands::b\n: :c"


def test_elsewhere_nothing_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    assert without_commands(f"::a::{FORGED}") == f"::a::{FORGED}"
