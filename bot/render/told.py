"""What programs are told of reports: one entry for each result that says something, in all machine formats alike."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from bot.errors import InvalidReferenceError
from bot.oci.reference import Reference
from bot.render import finding_words, words
from bot.render.advice import advice_for
from bot.render.plain import plain
from bot.report import LineSummary, Report, Result
from bot.rules import Outcome, Severity

MESSAGE_MAX: Final = 4_000
"""Characters of one entry's text; annotations and code quality reports show a few lines."""

_ORDER: Final = list(Severity)


class ToldResult(Struct, frozen=True):
    """A result that failed, is waived, or is required and could not be checked; in a report on its image."""

    report: Report
    result: Result

    @property
    def is_unknown(self) -> bool:
        """Whether nobody knows; that is neither good nor bad."""
        return self.result.outcome is Outcome.UNKNOWN

    @property
    def severity(self) -> Severity:
        """Its weight; what is only advised weighs one step less, and what is unknown nothing."""
        if self.is_unknown:
            return Severity.INFO
        step = 0 if self.result.required else 1
        return _ORDER[min(_ORDER.index(self.result.severity) + step, len(_ORDER) - 1)]

    @property
    def subjects(self) -> str:
        """The platforms, or "image"."""
        return ", ".join(dict.fromkeys(finding.subject for finding in self.result.findings))

    @property
    def headline(self) -> str:
        """What is wrong; of what nobody knows, not the rule's title: that says "No SBOM"."""
        return f"Could not be checked: {self.result.rule}" if self.is_unknown else self.result.title

    @property
    def message(self) -> str:
        """One line: what was found, where, and what to do."""
        found = "; ".join(f"{subjects}: {message}" for subjects, message in finding_words.grouped(self.result.findings))
        said = self.headline if self.is_unknown else f"{self.headline} ({self.result.rule})"
        said = f"{said} in {self.report.image}" + (f": {found}" if found else "")
        advice = "" if self.is_unknown else advice_for(self.result).text
        return plain(f"{said}. {advice}" if advice else said)[:MESSAGE_MAX]

    @property
    def line(self) -> LineSummary | None:
        """The line of a workflow that causes it, where one is known."""
        return next(iter(self.result.lines), None)

    @property
    def path(self) -> str:
        """The file of that line, else the image's name: it has no other place."""
        return self.line.path if self.line else self.report.image

    @property
    def fingerprint(self) -> str:
        """The same for the same problem in the next version: repository, rule and subjects."""
        parts = (_repository(self.report.image), self.result.rule, ",".join(sorted(self.result.subjects)))
        return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()[:32]


def told_results(report: Report) -> Iterator[ToldResult]:
    """What fails, worst first; then what is required and unknown; then what is waived."""
    yield from (ToldResult(report, result) for result in report.told())
    if words.looked_at(report):
        yield from (ToldResult(report, result) for result in report.unknown() if result.required)
    yield from (ToldResult(report, result) for result in report.results if result.outcome is Outcome.WAIVED)


def unread(reports: Sequence[Report]) -> Iterator[tuple[Report, str]]:
    """The images that could not be looked at, and why."""
    for report in reports:
        if not words.looked_at(report):
            yield report, plain(f"{report.image} could not be checked: {' '.join(report.notes)}")[:MESSAGE_MAX]


def _repository(image: str) -> str:
    try:
        return Reference.parse(image).name
    except InvalidReferenceError:
        return image.partition("@")[0]
