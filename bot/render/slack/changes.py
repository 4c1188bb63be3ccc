"""What became of it: a mended rule in place of its reply, and one short reply when the verdict is another one."""

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
    "unknown": "Can no longer be checked in full",
}


def resolved(report: Report, rule: str, result: Result | None, kept: tuple[Block, ...]) -> MessageDraft:
    """A reply whose rule does not fail any more. `result` is None when the rule is not in the report at all.

    `kept` are the rich_text blocks of the message as it stands: Slack lets no such block be taken away.
    """
    state, mark, word = _became(result)
    why = section("why", f"{mark} *{word}* in {short_digest(report.digest)}: {code(rule, 80)}{_about(result)}")
    text = f"{word}: {escaped(rule, 80)} on {escaped(report.image, 600)}."
    return _fitting(MessageDraft(text, (why, *kept), "provenance_fix", _facts(report, rule, state)))


def others_resolved(report: Report, kept: tuple[Block, ...]) -> MessageDraft:
    """The reply of all other rules, once none of them fails any more."""
    why = section("why", f":white_check_mark: *Fixed* in {short_digest(report.digest)}: none of these fails any more")
    text = f"Fixed: none of the other rules fails any more on {escaped(report.image, 600)}."
    return _fitting(MessageDraft(text, (why, *kept), "provenance_fix", _facts(report, "others", "fixed")))


def changed(report: Report, before: str, since: float, *, again: bool) -> MessageDraft:
    """The short reply that tells of another verdict: edits notify nobody, this does.

    `before` is the earlier verdict, `since` when it was first given, in seconds since the epoch; `again` when it
    had failed at some time before that.
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
    """A title says what is wrong, so it is not left standing alone beside a rule that holds."""
    match result.outcome if result else None:
        case Outcome.PASS if result:
            return f"\nNot any more: {prose(result.title)}"
        case Outcome.SKIPPED if result and result.reason:
            return f"\n{prose(result.reason)}"
        case _:
            return f"\n{prose(gist(result))}" if result else ""


def _facts(report: Report, rule: str, state: str) -> dict[str, str | int]:
    return {"subject": report.image[:600], "digest": report.digest[:150], "rule": rule[:80], "state": state}


def _fitting(draft: MessageDraft) -> MessageDraft:
    return draft if draft.fits() else draft.plain()


def _became(result: Result | None) -> tuple[str, str, str]:
    """State for the metadata, mark and word."""
    match result.outcome if result else None:
        case Outcome.PASS:
            return "fixed", ":white_check_mark:", "Fixed"
        case Outcome.WAIVED if result and result.waiver:
            return "waived", ":ballot_box_with_check:", f"Waived until {prose(result.waiver.until, 20)}"
        case Outcome.UNKNOWN:
            word = "Not known yet" if result and result.is_awaited else "Unknown, could not be checked"
            return "unknown", ":grey_question:", word
        case _:
            return "not-asked", ":heavy_minus_sign:", "Not asked any more"
