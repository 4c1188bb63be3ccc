"""A report as the parent message of a Slack thread: the verdict, one line per failed rule, and who signed."""

from collections.abc import Iterator
from typing import Final

from bot.render.signed import unanswered
from bot.render.slack.escape import code, cut, date, escaped, prose
from bot.render.slack.message import (
    FOOT,
    SECTION_MAX,
    TEXT_MAX,
    Block,
    MessageDraft,
    actions,
    button,
    context,
    header,
    section,
)
from bot.render.slack.signers import signers
from bot.render.slack.words import (
    MARKS,
    VERDICTS,
    asked,
    counted,
    gist,
    recheck_button,
    report_page,
    short_digest,
    short_image,
    some,
)
from bot.report import Report, Result
from bot.rules import Outcome

LINES_MAX: Final = 12
"""Rule lines in the parent; the thread has all of them."""

NOTES_MAX: Final = 5

OPEN_REPORT: Final = "link.report"


def parent(report: Report, *, intent: str, base_url: str = "") -> MessageDraft:
    """The parent message. `intent` is the message's permanent id and the button's value."""
    draft = MessageDraft(
        _sentence(report), tuple(_blocks(report, intent, base_url)), "provenance_checked", _facts(report)
    )
    return draft if draft.fits() else draft.plain()


def _blocks(report: Report, intent: str, base_url: str) -> Iterator[Block]:
    yield header("head", _headline(report))
    yield section("what", f"{code(report.image, 600)}\n{short_digest(report.digest)}{_platforms(report)}")
    yield section("rules", _rules(report))
    notes = [prose(note) for note in report.notes[:NOTES_MAX]]
    yield context("notes", signers(report), *notes)
    page = report_page(base_url, report.image)
    opener = [button(OPEN_REPORT, "Full report", url=page)] if page else []
    yield actions("act", recheck_button(intent, report.image), *opener)
    yield context(FOOT, _foot(report))


def _headline(report: Report) -> str:
    mark, word = VERDICTS[report.verdict]
    failed, of = len(report.failing()), counted(len(asked(report)), "rule")
    tail = ""
    if failed:
        tail = f", {failed} of {of}"
    elif unknown := unanswered(report, of):
        tail = f", {unknown}"
    return f"{mark} {word}: {short_image(report.image)}{tail}"


def _sentence(report: Report) -> str:
    """The text for notifications and screen readers. It has the verdict but no time, so that it can be compared."""
    word = VERDICTS[report.verdict][1]
    failed = report.failing()
    parts = [f"{word}: {escaped(report.image, 600)}."]
    if failed:
        names = ", ".join(result.rule for result in failed[:LINES_MAX])
        more = f" and {len(failed) - LINES_MAX} more" if len(failed) > LINES_MAX else ""
        verb = "fails" if len(failed) == 1 else "fail"
        of = counted(len(asked(report)), "rule")
        parts.append(f"{len(failed)} of {of} {verb}: {escaped(names, 1500)}{more}.")
    if unknown := unanswered(report):
        parts.append(f"{unknown}.")
    if failed:
        parts.append("Fixes are in the thread.")
    return cut(" ".join(parts), TEXT_MAX)


def _platforms(report: Report) -> str:
    names = tuple(platform.platform for platform in report.platforms)
    return f" · {some(names)}" if names else ""


def _rules(report: Report) -> str:
    """One line per rule that did not pass, then counts of the others; whole lines only."""
    waived = tuple(result for result in report.results if result.outcome is Outcome.WAIVED)
    listed = (*report.told(), *report.unknown(), *waived)
    quiet = [_count(report, Outcome.PASS, "rule"), _count(report, Outcome.SKIPPED, "rule")]
    tail = [line for line in quiet if line]
    lines: list[str] = []
    room = SECTION_MAX - sum(len(line) + 1 for line in tail) - 60
    for result in listed[:LINES_MAX]:
        line = _line(result)
        room -= len(line) + 1
        if room < 0:
            break
        lines.append(line)
    if len(listed) > len(lines):
        lines.append(f"and {len(listed) - len(lines)} more")
    return "\n".join([*lines, *tail]) or "No rule applies to this image."


def _line(result: Result) -> str:
    advised = " (advised)" if result.outcome is Outcome.FAIL and not result.required else ""
    where = tuple(dict.fromkeys(finding.subject for finding in result.findings if finding.subject != "image"))
    on = f" · {some(where)}" if where else ""
    until = f", until {prose(result.waiver.until, 20)}" if result.waiver else ""
    return f"{MARKS[result.outcome]}{advised} {code(result.rule, 80)}: {prose(gist(result), 200)}{until}{on}"


def _count(report: Report, outcome: Outcome, what: str) -> str:
    count = sum(result.outcome is outcome for result in report.results)
    return f"{MARKS[outcome]} {counted(count, what)}" if count else ""


def _foot(report: Report) -> str:
    cost = report.requests
    asked_for = f"{counted(cost.total, 'request')} to the registry, {counted(cost.manifest_pulls, 'manifest pull')}"
    return f"Checked {date(report.checked_at)} · policy {code(report.policy, 60)} · {asked_for}"


def _facts(report: Report) -> dict[str, str | int]:
    failed = ",".join(result.rule for result in report.failing())
    return {
        "subject": report.image[:600],
        "digest": report.digest[:150],
        "policy": report.policy[:60],
        "verdict": str(report.verdict),
        "failed": failed[:600],
    }
