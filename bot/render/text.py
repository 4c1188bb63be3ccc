"""A report for a terminal: verdict, platforms, then one block for each fix. Details follow only when asked for.

A reader sees within a few lines what is wrong and what to paste; nothing is told twice.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.render import evidence_words, finding_words, words
from bot.render.advice import not_shown, where
from bot.render.display import Display
from bot.render.fixes import ImageFix, image_fixes
from bot.render.signed import signed_briefly
from bot.render.terminal import Part, TerminalPage
from bot.render.text_details import details, is_in_table
from bot.report import Report, Result, Verdict
from bot.rules import IMAGE, Outcome

STYLES: Final = {
    Verdict.PASS: "bold green",
    Verdict.WARN: "bold yellow",
    Verdict.FAIL: "bold red",
    Verdict.UNKNOWN: "bold magenta",
}

MORE: Final = "why, and how to verify: --details; about a rule: provenance rules RULE"

FIX: Final = 2
"""Characters before a problem."""
BODY: Final = 5
"""Characters before what is said of it."""


def render(reports: Sequence[Report], display: Display = Display()) -> str:  # noqa: B008 - frozen
    """All reports, one after the other, and a last line about all of them."""
    page = TerminalPage(display)
    for number, report in enumerate(reports):
        if display.quiet:
            page.whole(f"{words.VERDICTS[report.verdict].upper()}  ", report.image)
            continue
        if number:
            page.gap()
        _report(page, report, display)
    if len(reports) > 1 and not display.quiet:
        page.gap()
        page.line(words.last_line(reports))
    return page.text()


def _report(page: TerminalPage, report: Report, display: Display) -> None:
    verdict = (f"{words.VERDICTS[report.verdict].upper()}  ", STYLES[report.verdict])
    page.whole(verdict, (report.image, "bold"))
    if words.looked_at(report):
        _judged(page, report, display)
        _notes(page, report, "note: ")
        if report.told() and not display.verbose:
            page.gap()
            page.line((MORE, "dim"), indent=FIX)
    else:
        _notes(page, report, "")


def _judged(page: TerminalPage, report: Report, display: Display) -> None:
    fixes = image_fixes(report)
    required = [fix for fix in fixes if fix.is_required]
    advised = [fix for fix in fixes if not fix.is_required]
    page.line(words.headline(report, len(required)), indent=FIX)
    for said in (evidence_words.compared(report), evidence_words.read_workflow(report)):
        if said:
            page.line(said, indent=FIX)
    _platforms(page, report)
    for number, fix in enumerate(required, 1):
        page.gap()
        _fix(page, report, fix, display, mark=f"{number}." if len(required) > 1 else "-")
    _unknown(page, report, display)
    _waived(page, report)
    if advised:
        page.gap()
        said = "also advised, without an effect on the verdict:" if required else "advised:"
        page.line((said, "bold yellow"), indent=FIX)
        for fix in advised:
            _advice(page, fix, display, with_paste=display.verbose or not required)
    if display.verbose:
        details(page, report, fixes)


def _notes(page: TerminalPage, report: Report, word: str) -> None:
    if report.notes and word:
        page.gap()
    for note in report.notes:
        page.line(f"{word}{note}", indent=FIX)


def _platforms(page: TerminalPage, report: Report) -> None:
    """Platforms with the same evidence share a row."""
    rows: dict[tuple[str, str, str], list[str]] = {}
    for one in report.platforms:
        cells = (
            evidence_words.mode(one.provenance),
            evidence_words.sbom(one.sbom),
            signed_briefly(report, one.platform),
        )
        rows.setdefault(cells, []).append(one.platform)
    if rows:
        page.gap()
        listed = [(", ".join(names), *cells) for cells, names in rows.items()]
        page.table(listed, ("platform", "provenance", "SBOM", "signed"), indent=FIX, between=3)
    if signers := evidence_words.signers_told(report):
        page.line(signers, indent=FIX)


def _fix(page: TerminalPage, report: Report, fix: ImageFix, display: Display, *, mark: str) -> None:
    """The problems, and one block to paste that fixes all of them."""
    for number, result in enumerate(fix.results):
        style = "bold red" if result.required else "yellow"
        page.item(mark if not number else " " * len(mark), *_problem(report, result, style), indent=FIX, style="bold")
        _findings(page, report, result)
    _what_to_do(page, fix, display)
    _paste(page, fix)


def _problem(report: Report, result: Result, style: str) -> Iterator[Part]:
    yield (result.title, style)
    yield f" ({result.rule}, {finding_words.weight(result)})"
    if besides := finding_words.besides(report, result):
        yield f"; {besides}"
    if is_in_table(report, result) and (only := finding_words.only_some(report, result)):  # findings say it themselves
        yield f": {only}"


def _findings(page: TerminalPage, report: Report, result: Result) -> None:
    if is_in_table(report, result):
        return
    for subjects, message in finding_words.grouped(result.findings):
        told = message if finding_words.is_everywhere(report, subjects) else f"{subjects}: {message}"
        page.line(told, indent=BODY)


def _what_to_do(page: TerminalPage, fix: ImageFix, display: Display) -> None:
    texts = fix.texts if display.verbose or not fix.advice.snippet else fix.texts[:1]
    for text in texts:
        page.item("Fix:", text, indent=BODY, style="bold green")
    for place in dict.fromkeys(place for result in fix.results for place in where(result)):
        page.line(f"where: {place}", indent=BODY)
    for reason in dict.fromkeys(reason for result in fix.results for reason in not_shown(result)):
        page.line(reason, indent=BODY)


def _paste(page: TerminalPage, fix: ImageFix) -> None:
    if snippet := fix.advice.snippet:
        page.paste(snippet, indent=BODY + 2)


def _advice(page: TerminalPage, fix: ImageFix, display: Display, *, with_paste: bool) -> None:
    """Two lines for each, in the order of their weight; a block to paste where nothing is more urgent."""
    titles = words.in_one_line(result.title for result in fix.results)
    rules = ", ".join(result.rule for result in fix.results)
    page.item("-", titles, (f" ({rules})", "dim"), indent=FIX)
    for text in fix.texts if display.verbose else fix.texts[:1]:
        page.line(text, indent=FIX + 2)
    if with_paste:
        _paste(page, fix)


def _unknown(page: TerminalPage, report: Report, display: Display) -> None:
    for rules, reasons in finding_words.unknown(report, everything=display.verbose):
        page.gap()
        page.line((f"{Outcome.UNKNOWN}: ", "bold magenta"), ", ".join(rules), indent=FIX)
        for subjects, message in reasons:
            page.line(message if subjects == IMAGE else f"{subjects}: {message}", indent=BODY)
    for advice in finding_words.unknown_advice(report):
        page.gap()
        page.item("To verify it:", advice.text, indent=FIX, style="bold green")
        page.paste(advice.snippet, indent=BODY + 2)


def _waived(page: TerminalPage, report: Report) -> None:
    waived = [result for result in report.results if result.outcome is Outcome.WAIVED]
    if waived:
        page.gap()
    for result in waived:
        page.line((f"{result.outcome}: ", "bold yellow"), result.rule, indent=FIX)
        for subjects, message in finding_words.grouped(result.findings):
            page.line(f"{subjects}: {message}", indent=BODY)
        if result.waiver:
            page.line(f"waived until {result.waiver.until}: {result.waiver.reason}", indent=BODY)
