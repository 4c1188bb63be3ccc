"""Reports as CSV, a line for each rule that says something, and one for each image of which none does."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Final

from bot.render import finding_words, words
from bot.render.advice import advice_for
from bot.render.cells import cell
from bot.render.display import Display
from bot.render.told import told_results
from bot.report import Report
from bot.report.audit.rows import weakest_mode

COLUMNS: Final = (
    "image",
    "digest",
    "verdict",
    "provenance",
    "rule",
    "outcome",
    "severity",
    "required",
    "subjects",
    "message",
    "fix",
    "checked_at",
)


def render(reports: Sequence[Report], _: Display = Display()) -> str:  # noqa: B008 - frozen
    """RFC 4180 with line feeds."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for report in reports:
        for row in _rows(report):
            writer.writerow(map(cell, row))
    return out.getvalue()


def _rows(report: Report) -> Iterator[tuple[str, ...]]:
    head = (report.image, report.digest, report.verdict.value, weakest_mode(report).value)
    checked_at = report.checked_at.isoformat()
    told = list(told_results(report))
    if not told:
        notes = "" if words.looked_at(report) else " ".join(report.notes)
        yield (*head, "", "", "", "", "", notes, "", checked_at)
    for one in told:
        result = one.result
        found = "; ".join(message for _, message in finding_words.grouped(result.findings))
        fix = "" if one.is_unknown else advice_for(result).text
        required = "yes" if result.required else "no"
        what = (result.rule, result.outcome.value, result.severity.value, required)
        yield (*head, *what, one.subjects, found, fix, checked_at)
