"""In a job of GitHub Actions, no word of an image or a file becomes a command of the runner."""

import contextlib
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bot.__main__ import main
from bot.cli.exit_codes import UNCHECKED, USAGE
from bot.cli.runner_log import without_commands
from bot.render.display import Display
from bot.render.formats import FORMATS, render
from bot.workflows.formats import FORMATS as LINT_FORMATS
from tests.conftest import ROOT
from tests.pages.examples import failing

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


@pytest.mark.usefixtures("in_a_job")
@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_of_check_is_harmless_and_still_says_the_same(format_: str) -> None:
    told = failing().model_copy(update={"notes": (f"::add-mask::x {FORGED}",), "image": f"quay.io/a/b:1{FORGED}"})
    text = render(format_, [told], Display())
    shown = without_commands(text, format_)
    if format_ != "github":
        assert not [line for line in shown.splitlines() if line.lstrip().startswith("::") or "##[" in line]
    if format_ in {"json", "sarif", "gitlab"}:
        assert json.loads(shown) == json.loads(text)
    if format_ == "junit":
        before, after = (list(ET.fromstring(one).iter()) for one in (text, shown))  # noqa: S314 - our own
        assert [one.attrib for one in before] == [one.attrib for one in after]


@pytest.mark.usefixtures("in_a_job")
@pytest.mark.parametrize("format_", [*LINT_FORMATS, "--diff"])
def test_no_linted_file_gives_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], format_: str
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / ".github" / "workflows" / "##[set-output name=x]ci.yml"
    file.parent.mkdir(parents=True)
    text = (ROOT / "tests/fixtures/workflows/before.yml").read_text("utf-8")
    file.write_text(text.replace("    steps:\n", f"    steps:\n    # {FORGED}\n    # ok\n", 1))
    main(["lint", ".", format_] if format_ == "--diff" else ["lint", ".", "--format", format_])
    out, err = capfd.readouterr()
    commands = [line for line in (out + err).splitlines() if "##[" in line or line.lstrip().startswith("::")]
    assert all(line.startswith("::") for line in commands)
    assert bool(commands) == (format_ == "github")
    assert "the patch is not printed" in err or format_ != "--diff"


@pytest.mark.usefixtures("in_a_job")
@pytest.mark.parametrize(
    "words",
    [
        ["audit", "--format", "text", f"oci:{{}}/{FORGED}"],
        ["audit", "--format", "json", f"oci:{{}}/{FORGED}"],
        ["compare", f"oci:{{}}/{FORGED}:1", f"oci:{{}}/{FORGED}:2"],
        ["policy", "check", f"{{}}/{FORGED}.yaml"],
        ["policy", "explain", f"oci:{{}}/{FORGED}:1"],
        ["check", "a", f"--{FORGED}"],
        [FORGED],
    ],
)
def test_nor_does_any_other_command_of_ci(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROVENANCE_AUDIT_CACHE", str(tmp_path / "cache"))
    (tmp_path / FORGED).mkdir()
    (tmp_path / f"{FORGED}.yaml").write_text(f"images: [{{match: '{FORGED}'}}]")
    with contextlib.suppress(SystemExit):
        main([word.replace("{}", str(tmp_path)) for word in words])
    told = capsys.readouterr()
    assert "set-output" in told.out + told.err
    assert "##[" not in told.out + told.err
