"""The replies about failed rules: what failed, why and where, how to fix and verify it."""

from collections.abc import Iterator
from typing import Final

from bot.render import words
from bot.render.slack.details import SNIPPET_MAX, details, is_cut, to_do
from bot.render.slack.escape import code, cut, escaped, plain, prose
from bot.render.slack.message import (
    TEXT_MAX,
    Block,
    MessageDraft,
    actions,
    bullets,
    button,
    paragraph,
    rich_text,
    section,
)
from bot.render.slack.words import MARKS, counted, recheck_button, report_page, rule_page
from bot.report import Report, Result
from bot.rules import Outcome

ABOUT_RULE: Final = "link.rule"
OPEN_TEXT: Final = "link.text"
OPEN_PATCH: Final = "patch.open"
"""handlers/actions/open_patch.py handles it."""

SNIPPET_SIZES: Final = (SNIPPET_MAX, 1200, 300)
"""Characters for the snippet. The values are tried in order until the message is within Slack's limits."""

OTHERS_MAX: Final = 40


def fix(report: Report, result: Result, *, intent: str, base_url: str = "") -> MessageDraft:
    """The reply for one failed rule. `intent` is the parent's, for the button."""
    drafts = (_fix(report, result, snippet_max, intent, base_url) for snippet_max in SNIPPET_SIZES)
    return _fitting(next((draft for draft in drafts if draft.fits()), _fix(report, result, 0, intent, base_url)))


def others(report: Report, results: tuple[Result, ...], *, intent: str, base_url: str = "") -> MessageDraft:
    """The last reply: all failed rules without a reply of their own. A single rule gets a full reply."""
    if len(results) == 1:
        return fix(report, results[0], intent=intent, base_url=base_url)
    names = ", ".join(result.rule for result in results[:OTHERS_MAX])
    text = cut(f"{counted(len(results), 'more rule')} failed: {escaped(names, 2000)}.", TEXT_MAX)
    lines = [plain(f"{result.rule}: {to_do(result) or result.title}", 150) for result in results[:OTHERS_MAX]]
    if len(results) > OTHERS_MAX:
        lines.append(f"and {len(results) - OTHERS_MAX} more")
    page = report_page(base_url, report.image)
    opener = (button(OPEN_TEXT, "Full text", url=page),) if page else ()
    blocks = (
        section("why", f"{MARKS[Outcome.FAIL]} {counted(len(results), 'more rule')}"),
        rich_text("code", [bullets(lines)]),
        actions("act", recheck_button(intent, report.image), *opener),
    )
    return _fitting(MessageDraft(text, blocks, "provenance_fix", _facts(report, "others")))


def _fix(report: Report, result: Result, snippet_max: int, intent: str, base_url: str) -> MessageDraft:
    what_to_do = to_do(result) or result.title
    text = cut(f"Fix for {escaped(result.rule, 80)}: {escaped(what_to_do, 1000)}", TEXT_MAX)
    blocks = (
        section("why", f"{MARKS[Outcome.FAIL]} {code(result.rule, 80)}\n{prose(result.title)}"),
        rich_text("code", list(details(report, result, snippet_max)) or [paragraph(plain(result.title))]),
        actions("act", *_buttons(report, result, snippet_max, intent, base_url)),
    )
    return MessageDraft(text, blocks, "provenance_fix", _facts(report, result.rule))


def _buttons(report: Report, result: Result, snippet_max: int, intent: str, base_url: str) -> Iterator[Block]:
    yield recheck_button(intent, report.image)
    if words.patch(result):
        yield button(
            OPEN_PATCH, "Open the diff", value=result.rule[:80], spoken=f"Open the diff that fixes {result.rule}"
        )
    if about := rule_page(base_url, result.rule):
        yield button(ABOUT_RULE, "About this rule", url=about, spoken=f"About the rule {result.rule}")
    page = report_page(base_url, report.image)
    if page and is_cut(result, snippet_max):
        yield button(OPEN_TEXT, "Full text", url=page)


def _facts(report: Report, rule: str) -> dict[str, str | int]:
    return {"subject": report.image[:600], "digest": report.digest[:150], "rule": rule[:80], "state": "open"}


def _fitting(draft: MessageDraft) -> MessageDraft:
    return draft if draft.fits() else draft.plain()
