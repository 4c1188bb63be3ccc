"""The content of a report page. The template only places it, and escapes everything."""

from dataclasses import dataclass
from typing import Final

from bot.render.html.words import VERDICTS, Mark, counted, short_image
from bot.render.signed import NOT_YET, Unsigned, of_image, unanswered, unsigned
from bot.report import Report, Result
from bot.rules import Outcome

SIGNERS_MAX = 3


_UNSIGNED: Final = {
    Unsigned.NOBODY: "not signed",
    Unsigned.AWAITED: NOT_YET,
    Unsigned.UNKNOWN: "could not be checked",
    Unsigned.NOT_ASKED: "not checked",
}


@dataclass(frozen=True, slots=True)
class ReportPage:
    """One report, ready for the template."""

    report: Report
    mark: Mark
    headline: str
    signers: str
    failing: tuple[Result, ...]
    unknown: tuple[Result, ...]
    waived: tuple[Result, ...]
    quiet: tuple[Result, ...]  # passed or skipped


def sheet(report: Report) -> ReportPage:
    """The report, with its results sorted by importance."""
    return ReportPage(
        report=report,
        mark=VERDICTS[report.verdict],
        headline=_headline(report),
        signers=signers(report),
        failing=report.told(),
        unknown=report.unknown(),
        waived=tuple(result for result in report.results if result.outcome is Outcome.WAIVED),
        quiet=tuple(result for result in report.results if result.outcome in {Outcome.PASS, Outcome.SKIPPED}),
    )


def signers(report: Report) -> str:
    """Who signed, or that the image is not signed. Only verified signatures count as signed."""
    valid = [signature for signature in of_image(report) if signature.state == "valid"]
    names = tuple(dict.fromkeys(signature.identity or "a key" for signature in valid))
    if names:
        more = f" and {len(names) - SIGNERS_MAX} more" if len(names) > SIGNERS_MAX else ""
        return f"by {', '.join(names[:SIGNERS_MAX])}{more}, verified"
    if invalid := sum(signature.state == "invalid" for signature in report.signatures):
        return f"{invalid} of {counted(len(report.signatures), 'signature')} not valid"
    if of_image(report):
        return "signatures were found, but could not be verified"
    return _UNSIGNED[unsigned(report)]


def _headline(report: Report) -> str:
    of = counted(sum(result.outcome is not Outcome.SKIPPED for result in report.results), "rule")
    tail = ""
    if failed := len(report.failing()):
        tail = f", {failed} of {of}"
    elif unknown := unanswered(report, of):
        tail = f", {unknown}"
    return f"{short_image(report.image)}{tail}"
