"""Messages about changes: the edited reply of a rule that no longer fails, and a short reply about a new verdict."""

from datetime import UTC, datetime
from typing import Final

from bot.render.slack.escape import code, date, escaped, prose
from bot.render.slack.message import Block, MessageDraft, section
from bot.render.slack.words import gist, short_digest
from bot.report import Report, Result
from bot.rules import Outcome

_NOW: Final = {
    "pass": "Now passes",
    "warn": "Now passes, with warnings",
    "unknown": "Could no longer be checked completely",
}


def resolved(report: Report, rule: str, result: Result | None, kept: tuple[Block, ...]) -> MessageDraft:
    """The reply of a rule that no longer fails. `result` is None if the report does not have the rule.

    `kept` are the rich_text blocks of the current message: Slack does not allow an edit to remove them.
    """
    state, mark, word = _became(result)
    why = section("why", f"{mark} *{word}* in {short_digest(report.digest)}: {code(rule, 80)}{_about(result)}")
    text = f"{word}: {escaped(rule, 80)} on {escaped(report.image, 600)}."
    return _fitting(MessageDraft(text, (why, *kept), "provenance_fix", _facts(report, rule, state)))


def others_resolved(report: Report, kept: tuple[Block, ...]) -> MessageDraft:
    """The reply of all other rules, when none of them fails any longer."""
    why = section("why", f":white_check_mark: *Fixed* in {short_digest(report.digest)}: all of these pass now")
    text = f"Fixed: all of the other rules pass now on {escaped(report.image, 600)}."
    return _fitting(MessageDraft(text, (why, *kept), "provenance_fix", _facts(report, "others", "fixed")))


def changed(report: Report, before: str, since: float, *, again: bool) -> MessageDraft:
    """The short reply about a new verdict. Unlike an edit, it notifies people.

    `before` is the earlier verdict, `since` the time when it was first given, in seconds since the epoch. `again` is
    true if the image had also failed before that.
    """
    word = _NOW.get(report.verdict, "Fails again" if again else "Now fails")
    when = date(datetime.fromtimestamp(since, UTC), "{date_short_pretty}")
    was = escaped(before.capitalize(), 20)
    line = f"{word}: {short_digest(report.digest)}, was {was} since {when}."
    facts: dict[str, str | int] = {
        "subject": report.image[:600],
        "digest": report.digest[:150],
        "verdict": str(report.verdict),
        "before": before[:20],
    }
    text = f"{word}: {escaped(report.image, 600)}, was {was} before."
    return MessageDraft(text, (section("said", line),), "provenance_verdict", facts)


def state_of(result: Result | None) -> str:
    """The reply's state in its metadata: fixed, waived, unknown or not-asked."""
    return _became(result)[0]


def _about(result: Result | None) -> str:
    """A second line. The title says what is wrong, so it needs a prefix when the rule passes."""
    match result.outcome if result else None:
        case Outcome.PASS if result:
            return f"\nNo longer true: {prose(result.title)}"
        case Outcome.SKIPPED if result and result.reason:
            return f"\n{prose(result.reason)}"
        case _:
            return f"\n{prose(gist(result))}" if result else ""


def _facts(report: Report, rule: str, state: str) -> dict[str, str | int]:
    return {"subject": report.image[:600], "digest": report.digest[:150], "rule": rule[:80], "state": state}


def _fitting(draft: MessageDraft) -> MessageDraft:
    return draft if draft.fits() else draft.plain()


def _became(result: Result | None) -> tuple[str, str, str]:
    """The state for the metadata, the mark and the word."""
    match result.outcome if result else None:
        case Outcome.PASS:
            return "fixed", ":white_check_mark:", "Fixed"
        case Outcome.WAIVED if result and result.waiver:
            return "waived", ":ballot_box_with_check:", f"Waived until {prose(result.waiver.until, 20)}"
        case Outcome.UNKNOWN:
            word = "Not known yet" if result and result.is_awaited else "Unknown, could not be checked"
            return "unknown", ":grey_question:", word
        case _:
            return "not-asked", ":heavy_minus_sign:", "No longer checked"
