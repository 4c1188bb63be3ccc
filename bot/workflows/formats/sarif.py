"""Findings as SARIF 2.1.0.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/
"""

import hashlib
import json
from collections.abc import Sequence
from urllib.parse import quote

from bot.file_rule import Severity
from bot.version import own_version
from bot.workflows.formats.most_severe import most_severe
from bot.workflows.lint_source import LintSource
from bot.workflows.replacements import replacements
from bot.workflows.rules import LintFinding, LintRule, catalogue

_LEVEL = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
_SCORE = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.0",
    Severity.LOW: "2.0",
    Severity.INFO: "0.0",
}
"""GitHub sorts by this property."""


def render(findings: Sequence[LintFinding], troubles: Sequence[str] = (), source: LintSource = LintSource()) -> str:  # noqa: B008 - frozen
    """One run with all rules, and a result a finding."""
    ids = [rule.id for rule in catalogue()]
    kept, left_out = most_severe(findings, lambda one: one.severity)
    driver = {
        "name": "provenance-bot",
        "semanticVersion": own_version(),
        "rules": [_rule(rule) for rule in catalogue()],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [_invocation(troubles, left_out)],
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, ids, source) for finding in kept],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=1) + "\n"


def _invocation(troubles: Sequence[str], left_out: Sequence[str]) -> dict[str, object]:
    notes = [{"level": "error", "message": {"text": trouble}} for trouble in troubles]
    warnings = [{"level": "warning", "message": {"text": one}} for one in left_out]
    return {"executionSuccessful": not troubles, "toolExecutionNotifications": [*notes, *warnings]}


def _rule(rule: LintRule) -> dict[str, object]:
    told: dict[str, object] = {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.rationale},
        "help": {"text": "\n\n".join(filter(None, [rule.remediation.text, rule.remediation.snippet]))},
        "defaultConfiguration": {"level": _LEVEL[rule.severity]},
        "properties": {"tags": ["security", "supply-chain"], "security-severity": _SCORE[rule.severity]},
    }
    return told | ({"helpUri": rule.references[0]} if rule.references else {})


def _result(finding: LintFinding, ids: list[str], source: LintSource) -> dict[str, object]:
    region = {"startLine": finding.line, "startColumn": finding.column}
    artifact = {"uri": quote(finding.file, errors="surrogateescape")}
    print_ = _fingerprint(finding, source)
    told: dict[str, object] = {
        "ruleId": finding.rule,
        "ruleIndex": ids.index(finding.rule),
        "level": _LEVEL[finding.severity],
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
        "partialFingerprints": {"primaryLocationLineHash": f"{print_}:1", "provenance/v1": print_},
    }
    if changes := replacements(source.patch(finding)):
        change = {"artifactLocation": artifact, "replacements": changes}
        told["fixes"] = [{"description": {"text": finding.message}, "artifactChanges": [change]}]
    return told


def _fingerprint(finding: LintFinding, source: LintSource) -> str:
    """The same when lines are added above: the file, the rule, and the text of the line."""
    parts = (finding.file, finding.rule, source.line(finding.file, finding.line).strip())
    return hashlib.sha256("\0".join(parts).encode(errors="surrogateescape")).hexdigest()[:32]
