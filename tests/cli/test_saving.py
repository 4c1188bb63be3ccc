"""`provenance check --save`: one look, several formats."""

import json
from pathlib import Path

import pytest

from bot.__main__ import main


def test_the_same_look_in_several_formats(samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sarif, report, image = tmp_path / "check.sarif", tmp_path / "check.json", f"oci:{samples / 'min_2p_dflt'}"
    assert main(["check", "--save", f"sarif={sarif}", "--save", f"json={report}", "--format", "github", image]) == 1
    assert capsys.readouterr().out.startswith("::")
    assert json.loads(report.read_text())["verdict"] == "fail"
    assert json.loads(sarif.read_text())["version"] == "2.1.0"


@pytest.mark.parametrize("wanted", ["yaml=x", "sarif", "sarif=", "=x"])
def test_what_is_not_a_format_and_a_file_is_refused(wanted: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["check", "--save", wanted, "oci:x"])
    assert ended.value.code == 2
    assert "expected FORMAT=FILE with one of the formats text, json" in capsys.readouterr().err


def test_a_folder_that_does_not_exist_is_named_before_any_look(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--save", f"json={tmp_path / 'no' / 'x'}", "quay.invalid/acme/app:1"]) == 2
    assert f"the folder {tmp_path / 'no'} does not exist" in capsys.readouterr().err


def test_a_file_holds_one_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Seen: the second one was there alone, and nothing said so."""
    file = tmp_path / "report"
    assert main(["check", "--save", f"json={file}", "--save", f"sarif={file}", "quay.invalid/acme/app:1"]) == 2
    assert f"--save: {file} is named for json and for sarif" in capsys.readouterr().err


def test_stdout_is_not_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    """Seen: a file called `-`."""
    assert main(["check", "--save", "json=-", "quay.invalid/acme/app:1"]) == 2
    assert "--save: - is not a file; --format json writes to stdout" in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_named(
    samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--save", f"json={tmp_path}", f"oci:{samples / 'min_2p_dflt'}"]) == 2
    assert f"--save: {tmp_path} cannot be written" in capsys.readouterr().err
