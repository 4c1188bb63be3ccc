"""Reports as SARIF 2.1.0, for code scanning.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/ and
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

import json
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from bot.render.advice import advice_for
from bot.render.display import Display
from bot.render.told import ToldResult, told_results, unread
from bot.report import Report
from bot.rules import Outcome, Rule, Severity, catalogue
from bot.version import own_version
from bot.workflows.formats.most_severe import most_severe
from bot.workflows.replacements import replacements

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"

LEVELS: Final = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
SCORES: Final = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.0",
    Severity.LOW: "2.0",
    Severity.INFO: "0.0",
}
"""GitHub sorts by this property."""


def render(reports: Sequence[Report], _: Display = Display()) -> str:  # noqa: B008 - frozen
    """One run with all rules, and a result for each rule that says something about an image."""
    places = {rule.id: place for place, rule in enumerate(catalogue())}
    told = [one for report in reports for one in told_results(report) if one.result.rule in places]
    kept, left_out = most_severe(told, lambda one: one.severity)
    troubles = [{"level": "error", "message": {"text": why}} for _, why in unread(reports)]
    warnings = [{"level": "warning", "message": {"text": one}} for one in left_out]
    run = {
        "tool": {"driver": _driver()},
        "invocations": [{"executionSuccessful": not troubles, "toolExecutionNotifications": [*troubles, *warnings]}],
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, places) for one in kept],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=1, allow_nan=False) + "\n"


def _driver() -> dict[str, object]:
    return {
        "name": "provenance-bot",
        "semanticVersion": own_version(),
        "rules": [_rule(rule) for rule in catalogue()],
    }


def _rule(rule: Rule) -> dict[str, object]:
    told: dict[str, object] = {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.rationale},
        "help": {"text": "\n\n".join(filter(None, [rule.remediation.text, rule.remediation.snippet]))},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"tags": ["security", "supply-chain"], "security-severity": SCORES[rule.severity]},
    }
    return told | ({"helpUri": rule.references[0]} if rule.references else {})


def _result(one: ToldResult, places: dict[str, int]) -> dict[str, object]:
    told: dict[str, object] = {
        "ruleId": one.result.rule,
        "ruleIndex": places[one.result.rule],
        "kind": "open" if one.is_unknown else "fail",
        "level": "none" if one.is_unknown else LEVELS[one.severity],
        "message": {"text": one.message},
        "locations": [_location(one)],
        "partialFingerprints": {"primaryLocationLineHash": f"{one.fingerprint}:1", "provenance/v1": one.fingerprint},
    }
    if one.result.outcome is Outcome.WAIVED and (waiver := one.result.waiver):
        why = f"{waiver.reason} (until {waiver.until})"
        told["suppressions"] = [{"kind": "external", "status": "accepted", "justification": why}]
    if fixes := [fix for patch in one.result.patches if (fix := _fix(one, patch.path, patch.diff))]:
        told["fixes"] = fixes
    return told


def _location(one: ToldResult) -> dict[str, object]:
    """A line of a workflow where one is known; the image is named too."""
    line = one.line
    region = {"startLine": line.line, "startColumn": line.column} if line else {"startLine": 1}
    return {
        "physicalLocation": {"artifactLocation": {"uri": _uri(one.path)}, "region": region},
        "logicalLocations": [{"fullyQualifiedName": one.report.image, "kind": "resource"}],
    }


def _fix(one: ToldResult, path: str, diff: str) -> dict[str, object] | None:
    found = replacements(diff)
    if not found:
        return None
    change = {"artifactLocation": {"uri": _uri(path)}, "replacements": found}
    return {
        "description": {"text": advice_for(one.result).text or one.result.title},
        "artifactChanges": [change],
    }


def _uri(path: str) -> str:
    return quote(path, safe="/", errors="surrogateescape")
