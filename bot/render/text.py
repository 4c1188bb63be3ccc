"""A report for a terminal: the verdict first, then what failed, why, and how to fix it.

Nothing is parsed as markup: rich gets `Text` objects, and untrusted text is made plain first.
"""

import io
from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.render import words
from bot.render.display import Display
from bot.render.plain import plain, plain_lines
from bot.report import Report, Result, Verdict
from bot.rules import Outcome

STYLES: Final = {
    Verdict.PASS: "bold green",
    Verdict.WARN: "bold yellow",
    Verdict.FAIL: "bold red",
    Verdict.UNKNOWN: "bold magenta",
}

INDENT: Final = 4


def render(reports: Sequence[Report], display: Display = Display()) -> str:  # noqa: B008 - frozen
    """All reports, one after the other."""
    if display.quiet:
        return _lines(reports)
    out = io.StringIO()
    console = Console(
        file=out,
        width=max(display.width, 40),
        force_terminal=display.terminal,
        color_system="standard" if display.terminal else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    page = _Page(console, ascii_only=not display.terminal)
    for number, report in enumerate(reports):
        if number:
            page.gap()
        page.report(report, verbose=display.verbose)
    if len(reports) > 1:
        page.summary(words.verdicts(reports))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _lines(reports: Sequence[Report]) -> str:
    """One line per image: the verdict and the name."""
    return "".join(
        f"{words.VERDICTS[report.verdict].upper()}  {plain(report.image, ascii_only=True)}\n" for report in reports
    )


class _Page:
    """Writes the lines. All text passes `_plain`; nothing else writes to the console."""

    def __init__(self, console: Console, *, ascii_only: bool) -> None:
        self._console = console
        self._ascii = ascii_only

    def report(self, report: Report, *, verbose: bool) -> None:
        """One image."""
        verdict = (f"{words.VERDICTS[report.verdict].upper()}  ", STYLES[report.verdict])
        self._console.print(Text.assemble(verdict, (self._plain(report.image), "bold")), soft_wrap=True)
        if report.digest:
            self._line(report.digest, indent=2)
        if words.looked_at(report):
            self._judged(report, verbose=verbose)
        for note in report.notes:
            self._line(f"note: {note}", indent=2)

    def summary(self, text: str) -> None:
        """The last line, if there are several images."""
        self.gap()
        self._line(text, indent=0)

    def gap(self) -> None:
        """An empty line."""
        self._console.print()

    def _judged(self, report: Report, *, verbose: bool) -> None:
        self._line(words.tally(report), indent=2)
        if compared := words.compared(report):
            self._line(compared, indent=2)
        if signers := words.signers(report):
            self._line(signers, indent=2)
        if estimate := words.estimate(report):
            self._line(estimate, indent=2)
        if built_by := words.built_by(report):
            self._line(built_by, indent=2)
        self._platforms(report)
        pasted: dict[str, str] = {}
        for result in report.told():
            self._failing(report, result, pasted)
        self._unknown(report)
        if waived := tuple(_with(report, Outcome.WAIVED)):
            self.gap()
            for result in waived:
                self._result(result)
        if report.failing():
            self.gap()
            self._line("after the fix, check again; `provenance rules RULE` explains a rule", indent=2)
        if verbose:
            self._quiet(report)
            self._limits(report)
        self.gap()

    def _platforms(self, report: Report) -> None:
        if not report.platforms:
            return
        table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
        for column in ("platform", "provenance", "SBOM"):
            table.add_column(column, overflow="fold")
        for platform in report.platforms:
            row = (platform.platform, words.provenance(platform.provenance), words.sbom(platform.sbom))
            table.add_row(*(Text(self._plain(cell)) for cell in row))
        self.gap()
        self._console.print(Padding(table, (0, 0, 0, 2)))

    def _limits(self, report: Report) -> None:
        """The limits of the estimate of the build level."""
        if report.trust is not None and words.estimate(report):
            self.gap()
            for limit in report.trust.limits:
                self._line(f"estimate: {limit}", indent=2)

    def _unknown(self, report: Report) -> None:
        for rules, reasons in words.unknown(report):
            self.gap()
            line = Text.assemble((f"{Outcome.UNKNOWN}: ", "bold yellow"), ", ".join(rules))
            self._console.print(Padding(line, (0, 0, 0, 2)))
            for subjects, message in reasons:
                self._line(f"{subjects}: {message}", indent=INDENT)

    def _failing(self, report: Report, result: Result, pasted: dict[str, str]) -> None:
        self.gap()
        self._result(result)
        if besides := words.besides(report, result):
            self._line(besides, indent=INDENT)
        for cause in result.causes:
            self._line(f"why ({cause.sureness}): {cause.because}", indent=INDENT)
        for place in words.where(result):
            self._line(f"where: {place}", indent=INDENT)
        advice = words.advice_for(result)
        self._line(advice.text, indent=INDENT)
        for reason in words.not_shown(result):
            self._line(reason, indent=INDENT)
        self._paste(advice.snippet, result.rule, pasted)
        if verify := words.besides_this(advice.verify):
            self._line("then verify with:", indent=INDENT)
            self._paste(verify, result.rule, pasted)

    def _result(self, result: Result) -> None:
        style = "bold red" if result.outcome is Outcome.FAIL and result.required else "bold yellow"
        if result.outcome is Outcome.FAIL:
            line = Text.assemble((f"{words.weight(result)}: ", style), (result.title, "bold"), f" ({result.rule})")
        else:
            line = Text.assemble((f"{result.outcome}: ", style), result.rule)
        self._console.print(Padding(line, (0, 0, 0, 2)))
        for subjects, message in words.grouped(result.findings):
            self._line(f"{subjects}: {message}", indent=INDENT)
        if result.waiver:
            self._line(f"waived until {result.waiver.until}: {result.waiver.reason}", indent=INDENT)
        elif result.reason:
            self._line(result.reason, indent=INDENT)

    def _paste(self, text: str, rule: str, pasted: dict[str, str]) -> None:
        """Lines to copy: never wrapped, never repeated."""
        if text in pasted:
            self._line(f"(the same as for {pasted[text]})", indent=INDENT + 2)
        elif text:
            pasted[text] = rule
            for line in plain_lines(text, ascii_only=self._ascii):
                self._console.print(Text(" " * (INDENT + 2) + line, style="cyan"), soft_wrap=True)

    def _quiet(self, report: Report) -> None:
        self.gap()
        for result in (*_with(report, Outcome.PASS), *_with(report, Outcome.SKIPPED)):
            self._line(f"{result.outcome}: {result.rule}" + (f" ({result.reason})" if result.reason else ""), indent=2)

    def _line(self, text: str, *, indent: int) -> None:
        self._console.print(Padding(Text(self._plain(text)), (0, 0, 0, indent)))

    def _plain(self, text: str) -> str:
        return plain(text, ascii_only=self._ascii)


def _with(report: Report, outcome: Outcome) -> Iterator[Result]:
    return (result for result in report.results if result.outcome is outcome)
