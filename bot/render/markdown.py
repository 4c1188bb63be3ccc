"""A report as GitHub Flavored Markdown, for the summary of a CI run or a comment on a pull request."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.render import evidence_words, finding_words, words
from bot.render.advice import advice_for, not_shown, where
from bot.render.display import Display
from bot.render.plain import plain, plain_lines
from bot.report import Report, Result, Verdict
from bot.rules import Outcome

SIGNS: Final = {Verdict.PASS: "✅", Verdict.WARN: "⚠️", Verdict.FAIL: "❌", Verdict.UNKNOWN: "❔"}

_SPECIAL: Final = re.compile(r"([\\`*_\[\]#|~@<>&$])")
_LISTS: Final = re.compile(r"^(\s*\d*)([-+=.)])")


def render(reports: Sequence[Report], _: Display = Display()) -> str:  # noqa: B008 - frozen
    """All reports, one after the other."""
    return "\n".join("\n".join(_report(report)) + "\n" for report in reports)


def escaped(text: str) -> str:
    """Text without markup: no link, mention or HTML, and no end of a table cell."""
    return _LISTS.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", plain(text)))


def code(text: str) -> str:
    """A code span that its content cannot end. A bar is escaped, because it ends a table cell even there."""
    content = plain(text).replace("|", "\\|").strip() or " "
    fence = "`" * (1 + max(map(len, re.findall(r"`+", content)), default=0))
    space = " " if content.startswith("`") or content.endswith("`") else ""
    return f"{fence}{space}{content}{space}{fence}"


def prose(text: str) -> str:
    """Our own text, in which backticks mark code. The text between them is escaped, too."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return escaped(text)
    return "".join(code(piece) if number % 2 else escaped(piece) for number, piece in enumerate(pieces))


def block(text: str, language: str) -> str:
    """A code block that its content cannot end."""
    content = "\n".join(plain_lines(text))
    fence = "`" * max(3, 1 + max(map(len, re.findall(r"`+", content)), default=0))
    return f"{fence}{language if language.isalnum() else ''}\n{content}\n{fence}"


def _report(report: Report) -> Iterator[str]:
    yield f"### {SIGNS[report.verdict]} {code(report.image)}: {words.VERDICTS[report.verdict]}"
    yield ""
    if report.digest:
        yield f"{code(report.digest)}  "
    if words.looked_at(report):
        yield "; ".join(
            escaped(part)
            for part in (
                words.tally(report),
                evidence_words.compared(report),
                evidence_words.signers(report),
                evidence_words.estimate(report),
                evidence_words.built_by(report),
            )
            if part
        )
        yield from _platforms(report)
        yield from _readers(report)
        yield from _results(report)
    for note in report.notes:
        yield ""
        yield f"> {escaped(note)}"


def _platforms(report: Report) -> Iterator[str]:
    if not report.platforms:
        return
    yield from ("", "| platform | provenance | SBOM |", "| --- | --- | --- |")
    for platform in report.platforms:
        cells = (platform.platform, evidence_words.provenance(platform.provenance), evidence_words.sbom(platform.sbom))
        yield f"| {' | '.join(map(escaped, cells))} |"


def _readers(report: Report) -> Iterator[str]:
    if not report.readers:
        return
    yield from ("", "| reader | signature | provenance | SBOM |", "| --- | --- | --- | --- |")
    for *cells, _ in evidence_words.readers(report):
        yield f"| {' | '.join(map(escaped, cells))} |"


def _results(report: Report) -> Iterator[str]:
    pasted: dict[str, str] = {}
    for result in report.told():
        yield from _result(result)
        if besides := finding_words.besides(report, result):
            yield f"- {escaped(besides)}"
        yield from _advice(result, pasted)
    for rules, reasons in finding_words.unknown(report):
        yield from ("", f"{Outcome.UNKNOWN}: {', '.join(map(code, rules))}", "")
        yield from (f"- {escaped(subjects)}: {escaped(message)}" for subjects, message in reasons)
    for advice in finding_words.unknown_advice(report):
        yield from ("", prose(advice.text), "", block(advice.snippet, advice.language))
    for result in (each for each in report.results if each.outcome is Outcome.WAIVED):
        yield from _result(result)


def _result(result: Result) -> Iterator[str]:
    yield ""
    if result.outcome is Outcome.FAIL:
        yield f"**{escaped(result.title)}** ({code(result.rule)}, {finding_words.weight(result)})"
    else:
        yield f"{result.outcome}: {code(result.rule)}"
    yield ""
    for subjects, message in finding_words.grouped(result.findings):
        yield f"- {escaped(subjects)}: {escaped(message)}"
    if result.waiver:
        yield f"- waived until {escaped(result.waiver.until)}: {escaped(result.waiver.reason)}"
    elif result.reason:
        yield f"- {escaped(result.reason)}"


def _advice(result: Result, pasted: dict[str, str]) -> Iterator[str]:
    advice = advice_for(result)
    for cause in result.causes:
        yield f"- why ({cause.sureness}): {prose(cause.because)}"
    for place in where(result):
        yield f"- where: {escaped(place)}"
    for reason in not_shown(result):
        yield f"- {prose(reason)}"
    yield ""
    yield "<details><summary>What to do</summary>"
    yield ""
    yield prose(advice.text)
    if advice.snippet:
        again = f"The same change as for {code(pasted.get(advice.snippet, ''))}."
        yield from ("", again if advice.snippet in pasted else block(advice.snippet, advice.language))
    if advice.verify and advice.verify not in pasted:
        yield from ("", "Then verify with:", "", block(advice.verify, "sh"))
    for text in filter(None, (advice.snippet, advice.verify)):
        pasted.setdefault(text, result.rule)
    yield ""
    yield "</details>"
