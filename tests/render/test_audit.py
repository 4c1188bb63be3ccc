"""An audit for people, spreadsheets and programs."""

import csv
import io
import json

import pytest

from bot.render.audit import FORMATS, render
from bot.render.cells import cell
from bot.render.display import Display
from bot.report.audit import Audit, AuditRow, Held, Judged, Unlisted, WeakestMode, turns

HOSTILE = "\x1b[31m=cmd|'/c calc'!A1`|<b>\n# head @everyone\u202e"


def row(tag: str, mode: WeakestMode = WeakestMode.MAX, **more: object) -> AuditRow:
    said = {"sbom": Held.YES, "signature": Held.YES, "verdict": Judged.PASS, "version": tag} | more
    return AuditRow.model_validate({"repository": "quay.io/acme/app", "tag": tag, "mode": mode, **said})


ROWS = (
    row("1.2.0", WeakestMode.MIN, verdict=Judged.FAIL),
    row("1.1.0"),
    row("1.0.0", WeakestMode.NONE, verdict=Judged.BEFORE),
)
AUDIT = Audit(rows=ROWS, turns=tuple(turns(ROWS[::-1])), left_out={"quay.io/acme/app": 7})


def test_a_table_in_eighty_columns() -> None:
    lines = render("text", AUDIT, Display(width=80)).splitlines()
    assert lines[0] == "quay.io/acme/app"
    assert lines[2].split() == ["1.2.0", "min", "yes", "yes", "FAIL", "-provenance"]
    assert lines[4].split() == ["1.0.0", "none", "yes", "yes", "before"]
    assert "  provenance: lost with 1.2.0 (max -> min, after 1.1.0)" in lines
    assert "quay.io/acme/app: 7 tags not looked at" in lines
    assert "without provenance with mode=max in the newest version: quay.io/acme/app:1.2.0" in lines
    assert lines[-1] == "3 images: 1 FAIL, 1 before, 1 pass"
    assert max(map(len, lines)) <= 80


def test_quiet_is_what_is_lacking() -> None:
    assert "1.1.0" not in render("text", AUDIT, Display(quiet=True))


def test_csv_can_be_read_back() -> None:
    lines = list(csv.DictReader(io.StringIO(render("csv", AUDIT, Display()))))
    assert [(line["tag"], line["provenance"], line["gained_or_lost"]) for line in lines] == [
        ("1.2.0", "min", "mode-lost"),
        ("1.1.0", "max", "mode-gained"),
        ("1.0.0", "none", ""),
    ]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "  =1", "\t=1", "\r=1", "|calc", "%x", "\n=1", "\uff1d1", "\uff201", "\xa0=1"],
)
def test_no_cell_is_a_formula(text: str) -> None:
    shown = cell(text)
    assert shown[0] in {"'", "\\"}
    assert "\n" not in shown


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("terminal", [True, False])
def test_nothing_from_outside_becomes_markup(form: str, terminal: bool) -> None:  # noqa: FBT001
    hostile = row("1.3.0", WeakestMode.UNKNOWN, verdict=Judged.UNKNOWN, reason=HOSTILE, family=f"-{HOSTILE}")
    audit = Audit(
        rows=(hostile, *ROWS), unlisted=(Unlisted(repository="quay.io/x/y", reason=HOSTILE),), notes=(HOSTILE,)
    )
    text = render(form, audit, Display(terminal=terminal))
    assert "\x1b[31m=" not in text
    assert "\u202e" not in text
    if form == "markdown":
        assert "<b>" not in text
        assert "\n# head" not in text
    if form == "json":
        assert json.loads(text)["schema"] == "provenance-bot/audit/v1"
    if form == "csv":
        for line in csv.reader(io.StringIO(text)):
            assert len(line) == 13
            assert not any(one.startswith(("=", "+", "-", "@")) for one in line)
