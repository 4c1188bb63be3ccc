"""The table of formats: each has a module, renders every kind of report, and is a choice at the terminal."""

import argparse

import pytest

from bot.attestations.provenance import Mode
from bot.check import unchecked
from bot.cli import check
from bot.errors import UnavailableError
from bot.policy import default_policy
from bot.render.display import Display
from bot.render.formats import FORMATS, render
from tests.conftest import ROOT
from tests.making import IMAGE, NOW, image, platform, provenance, reported

REPORTS = (
    reported(image()),
    reported(image(platform(provenance=provenance(Mode.MIN)), signatures=())),
    unchecked(IMAGE, UnavailableError("no answer", host="quay.io"), default_policy(), now=NOW),
)


@pytest.mark.parametrize("name", FORMATS)
def test_it_tells_every_kind_of_report(name: str) -> None:
    told = render(name, REPORTS, Display())
    assert told.endswith("\n")
    assert told.count(str(IMAGE)) >= len(REPORTS)
    assert "provenance-mode-min" in told


@pytest.mark.parametrize("name", FORMATS)
def test_it_can_be_asked_for(name: str) -> None:
    parser = argparse.ArgumentParser()
    check.arguments(parser)
    assert parser.parse_args([str(IMAGE), "--format", name]).format == name
    assert parser.parse_args([str(IMAGE)]).format == FORMATS[0]


@pytest.mark.parametrize("name", FORMATS)
def test_the_documentation_names_it(name: str) -> None:
    assert f"| `{name}` |" in (ROOT / "docs" / "check.md").read_text("utf-8")
