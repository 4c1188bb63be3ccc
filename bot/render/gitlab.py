"""Reports as a GitLab code quality report, which is shown in merge requests.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Final

from bot.render.display import Display
from bot.render.told import told_results, unread
from bot.report import Report
from bot.rules import Outcome, Severity

_SEVERITIES: Final = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
    Severity.INFO: "info",
}
_UNREAD: Final = "could-not-be-checked"


def render(reports: Sequence[Report], _: Display = Display()) -> str:  # noqa: B008 - frozen
    """An array; each fingerprint stands once, as GitLab asks for."""
    entries: dict[str, dict[str, object]] = {}
    for one in (entry for report in reports for entry in _entries(report)):
        key = str(one["fingerprint"])
        if key in entries:  # another tag of the same repository
            key = hashlib.sha256(f"{key}:{one['description']}".encode(errors="replace")).hexdigest()[:32]
        entries[key] = one | {"fingerprint": key}
    return json.dumps(list(entries.values()), indent=1, allow_nan=False) + "\n"


def _entries(report: Report) -> Iterator[dict[str, object]]:
    for _, why in unread([report]):
        yield _entry(why, _UNREAD, hashlib.sha256(why.encode(errors="replace")).hexdigest()[:32]) | {
            "severity": "major",
            "location": {"path": report.image, "lines": {"begin": 1}},
        }
    for one in told_results(report):
        if one.result.outcome is not Outcome.WAIVED:
            place = {"path": one.path, "lines": {"begin": one.line.line if one.line else 1}}
            more = {"severity": _SEVERITIES[one.severity], "location": place}
            yield _entry(one.message, one.result.rule, one.fingerprint) | more


def _entry(text: str, rule: str, fingerprint: str) -> dict[str, object]:
    return {"description": text, "check_name": rule, "fingerprint": fingerprint}
