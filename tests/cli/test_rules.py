"""`provenance rules`."""

import json

import pytest

from bot.__main__ import main
from bot.rules import catalogue


def test_it_lists_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(catalogue())


def test_it_explains_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "provenance-mode-min"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("provenance-mode-min (high)\n")
    assert "provenance: mode=max" in out


def test_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--json", "sbom-missing"]) == 0
    assert [each["rule"] for each in json.loads(capsys.readouterr().out)] == ["sbom-missing"]


def test_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--markdown"]) == 0
    assert "| `sbom-missing` | high | No SBOM |" in capsys.readouterr().out


def test_a_rule_that_does_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "sbom-mising"]) == 2
    assert "did you mean sbom-missing?" in capsys.readouterr().err
    assert main(["rules", "nonsense"]) == 2
    assert "`provenance rules` lists them" in capsys.readouterr().err
