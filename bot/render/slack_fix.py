"""The replies that help: what failed and why, what to paste, how to verify."""

from collections.abc import Iterator
from typing import Final, Literal

from bot.render.slack_escape import code, cut, escaped, plain, prose
from bot.render.slack_message import (
    TEXT_MAX,
    Block,
    Draft,
    actions,
    bullets,
    button,
    paragraph,
    preformatted,
    rich_text,
    section,
)
from bot.render.slack_words import MARKS, counted, recheck_button, report_page, rule_page
from bot.report import CauseSummary, RemediationSummary, Report, Result
from bot.rules import Outcome

ABOUT_RULE: Final = "link.rule"
OPEN_TEXT: Final = "link.text"

FINDINGS_MAX: Final = 5
CAUSES_MAX: Final = 3
SNIPPET_MAX: Final = 2500
PARAGRAPH_MAX: Final = 600
OTHERS_MAX: Final = 40

_SURENESS: Final = {"certain": "Because:", "likely": "Likely because:", "possible": "Possibly because:"}


def fix(report: Report, result: Result, *, intent: str, base_url: str = "") -> Draft:
    """The reply for one failing rule. `intent` is the parent's: the button leads back to it."""
    what_to_do = _mend(result) or result.title
    text = cut(f"Fix for {escaped(result.rule, 80)}: {escaped(what_to_do, 1000)}", TEXT_MAX)
    blocks = (
        section("why", f"{MARKS[Outcome.FAIL]} {code(result.rule, 80)}\n{prose(result.title)}"),
        rich_text("code", list(_story(result)) or [paragraph(plain(result.title))]),
        actions("act", *_buttons(report, (result,), intent, base_url)),
    )
    return _fitting(Draft(text, blocks, "provenance_fix", _facts(report, result.rule)))


def others(report: Report, results: tuple[Result, ...], *, intent: str, base_url: str = "") -> Draft:
    """The last reply: all failing rules that have none of their own. A single one gets its full reply."""
    if len(results) == 1:
        return fix(report, results[0], intent=intent, base_url=base_url)
    names = ", ".join(result.rule for result in results[:OTHERS_MAX])
    text = cut(f"{counted(len(results), 'more rule')} fail: {escaped(names, 2000)}.", TEXT_MAX)
    lines = [plain(f"{result.rule}: {_mend(result) or result.title}", 150) for result in results[:OTHERS_MAX]]
    if len(results) > OTHERS_MAX:
        lines.append(f"and {len(results) - OTHERS_MAX} more")
    blocks = (
        section("why", f"{MARKS[Outcome.FAIL]} {counted(len(results), 'more rule')}"),
        rich_text("code", [bullets(lines)]),
        actions("act", *_buttons(report, results, intent, base_url)),
    )
    return _fitting(Draft(text, blocks, "provenance_fix", _facts(report, "others")))


def _story(result: Result) -> Iterator[Block]:
    """Findings, then why, then what to do: each in rich_text, where foreign words cannot format anything."""
    lines = [plain(_said(finding.subject, finding.message)) for finding in result.findings[:FINDINGS_MAX]]
    if len(result.findings) > FINDINGS_MAX:
        lines.append(f"and {len(result.findings) - FINDINGS_MAX} more")
    if lines:
        yield bullets(lines)
    for cause in result.causes[:CAUSES_MAX]:
        yield paragraph(plain(cause.because), bold=_SURENESS[cause.sureness])
    if mend := _mend(result):
        yield paragraph(plain(mend, PARAGRAPH_MAX), bold="What to do:")
    if snippet := _first(result, "snippet"):
        yield preformatted(plain(snippet, SNIPPET_MAX))
    if verify := _first(result, "verify"):
        yield paragraph("", bold="Then verify with:")
        yield preformatted(plain(verify, PARAGRAPH_MAX))


def _said(subject: str, message: str) -> str:
    return message if subject in ("", "image") else f"{subject}: {message}"


def _mend(result: Result) -> str:
    advice = [cause.mend for cause in result.causes if cause.mend]
    return advice[0] if advice else (result.remediation.text if result.remediation else "")


def _first(result: Result, what: Literal["snippet", "verify"]) -> str:
    """Of the surest cause that has one, else the rule's own."""
    sources: tuple[CauseSummary | RemediationSummary | None, ...] = (*result.causes, result.remediation)
    return next((text for source in sources if source and (text := getattr(source, what))), "")


def _is_cut(results: tuple[Result, ...]) -> bool:
    return len(results) > 1 or any(
        len(_first(result, "snippet")) > SNIPPET_MAX or len(result.findings) > FINDINGS_MAX for result in results
    )


def _buttons(report: Report, results: tuple[Result, ...], intent: str, base_url: str) -> Iterator[Block]:
    yield recheck_button(intent, report.image)
    about = rule_page(base_url, results[0].rule)
    if about and len(results) == 1:
        yield button(ABOUT_RULE, "About this rule", url=about, spoken=f"About the rule {results[0].rule}")
    page = report_page(base_url, report.image)
    if page and _is_cut(results):
        yield button(OPEN_TEXT, "Full text", url=page)


def _facts(report: Report, rule: str) -> dict[str, str | int]:
    return {"subject": report.image[:600], "digest": report.digest[:150], "rule": rule[:80], "state": "open"}


def _fitting(draft: Draft) -> Draft:
    return draft if draft.fits() else draft.plain()
