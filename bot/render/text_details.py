"""The details of a report for a terminal: evidence, reasons, how to verify, and the rules that said nothing."""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.render import evidence_words, finding_words, words
from bot.render.advice import advice_for, besides_this
from bot.render.fixes import ImageFix
from bot.render.terminal import TerminalPage
from bot.report import Report, Result
from bot.rules import Outcome, Question

IN_TABLE: Final = frozenset(
    {Question.HAS_PROVENANCE, Question.HAS_FULL_PROVENANCE, Question.HAS_SBOM, Question.IS_SIGNED}
)
"""What the table of platforms answers already."""


def is_in_table(report: Report, result: Result) -> bool:
    """Whether the table of platforms says what the rule found."""
    return any(report.answer(question) is result for question in IN_TABLE)


def details(page: TerminalPage, report: Report, fixes: Sequence[ImageFix]) -> None:
    """Everything that `--details` adds."""
    _evidence(page, report)
    _reasons(page, report, fixes)
    _verify(page, fixes)
    page.gap()
    for outcome in (Outcome.PASS, Outcome.SKIPPED):
        for result in report.results:
            if result.outcome is outcome:
                why = f" ({result.reason})" if result.reason else ""
                page.line(f"{result.outcome}: {result.rule}{why}", indent=2)


def _evidence(page: TerminalPage, report: Report) -> None:
    page.gap()
    page.whole(f"digest: {report.digest}", indent=2)
    page.line(words.tally(report), indent=2)
    for said in (
        "" if evidence_words.read_workflow(report) else evidence_words.built_by(report),
        evidence_words.estimate(report),
    ):
        if said:
            page.line(said, indent=2)
    for platform in report.platforms:
        page.line(f"{platform.platform}: provenance {evidence_words.provenance(platform.provenance)}", indent=2)
    for reader, signature, provenance, sbom, why in evidence_words.readers(report):
        more = f" ({why})" if why else ""
        page.line(f"{reader}: signature {signature}, provenance {provenance}, SBOM {sbom}{more}", indent=2)
    if report.trust is not None and evidence_words.estimate(report):
        for limit in report.trust.limits:
            page.line(f"estimate: {limit}", indent=2)


def _reasons(page: TerminalPage, report: Report, fixes: Sequence[ImageFix]) -> None:
    """Why each rule fails; a reason that several share is told once, with the first of them."""
    told: set[str] = set()
    for result in (result for fix in fixes for result in fix.results):
        lines = [*_why(report, result)]
        fresh = [line for line in dict.fromkeys(lines) if line not in told]
        told.update(lines)
        if fresh:
            page.gap()
            page.line((result.title, "bold"), f" ({result.rule})", indent=2)
        for line in fresh:
            page.line(line, indent=5)


def _why(report: Report, result: Result) -> Iterator[str]:
    if is_in_table(report, result) or not result.required:  # those of the others stand with the problem
        yield from (f"{subjects}: {message}" for subjects, message in finding_words.grouped(result.findings))
    if result.reason:
        yield result.reason
    yield from (f"why ({cause.sureness}): {cause.because}" for cause in result.causes)


def _verify(page: TerminalPage, fixes: Sequence[ImageFix]) -> None:
    advice = [advice_for(result).verify for fix in fixes for result in fix.results]
    commands = dict.fromkeys(filter(None, map(besides_this, advice)))
    if any(advice):
        page.gap()
        page.line("then verify with:" if commands else "then verify by checking it again", indent=2)
    for command in commands:
        page.paste(command, indent=7)
