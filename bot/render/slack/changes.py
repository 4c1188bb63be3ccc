"""Messages about changes: the edited reply of a fix that is no longer needed, and a short reply about a new verdict."""

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from bot.render.counted import counted
from bot.render.release.affected import affected, is_about_others
from bot.render.release.headline import headline, is_only_incomplete
from bot.render.release.problems import problems, waived
from bot.render.release.view import ReleaseView
from bot.render.slack.buttons import revoke_waiver_button
from bot.render.slack.escape import code, date, escaped, plain, prose
from bot.render.slack.message import Block, MessageDraft, actions, paragraph, rich_text, section
from bot.render.slack.owners import owners_line
from bot.render.slack.words import listed, short_digest
from bot.report import Report, Result, Verdict
from bot.rules import Outcome

NEWS_MAX: Final = 2
"""Problems in a short reply about a new verdict; the parent has more."""

BROADCAST: Final = "broadcast"
"""The fact of a reply that the channel sees, too, when it is posted."""

_GOOD: Final = frozenset({Verdict.PASS, Verdict.WARN})
_NOW: Final = {
    Verdict.PASS: "Now passes",
    Verdict.WARN: "Now passes, with warnings",
    Verdict.UNKNOWN: "Could no longer be checked completely",
}

_SAID: Final = {
    Verdict.PASS: "passes",
    Verdict.WARN: "passes, with advice",
    Verdict.UNKNOWN: "could not be checked completely",
}
"""The end of a headline that those words say as well."""


class Became(StrEnum):
    """What became of the problems of a reply; also its state in the metadata."""

    FIXED = "fixed"
    WAIVED = "waived"
    UNKNOWN = "unknown"
    ELSEWHERE = "elsewhere"  # another reply is about them
    NOT_ASKED = "not-asked"


def became(release: ReleaseView, rules: Iterable[str], images: Collection[str] = ()) -> Became:
    """What became of these rules for those images; for all of the release if it has none of them.

    Another image that passes says nothing about one that is no longer asked.
    """
    outcomes = {result.outcome for _, result in _results(release, rules, images)}
    order = {
        Outcome.UNKNOWN: Became.UNKNOWN,
        Outcome.FAIL: Became.ELSEWHERE,
        Outcome.WAIVED: Became.WAIVED,
        Outcome.PASS: Became.FIXED,
    }
    return next((state for outcome, state in order.items() if outcome in outcomes), Became.NOT_ASKED)


def resolved(
    release: ReleaseView, rules: tuple[str, ...], was: str, kept: tuple[Block, ...], *, images: tuple[str, ...] = ()
) -> MessageDraft:
    """The reply of a fix that is no longer needed: one line. `was` names the problem, `images` had it.

    `kept` are the rich_text blocks of the current message. They stay while nobody knows whether the problem is solved.
    """
    state = became(release, rules, images)
    names = ", ".join(rules)
    line = f"{_line(release, state, rules, images)} (was: {plain(was or names, 150)})"
    facts: dict[str, str | int] = {
        "subject": release.subject[:600],
        "digest": release.digest[:150],
        "rule": (rules[0] if rules else "")[:80],
        "rules": ",".join(rules)[:600],
        "was": was[:150],
        "images": listed(images or (one.image for one in release.images)),
        "state": str(state),
    }
    word = _line(release, state, rules, spoken=True)
    text = f"{word}: {escaped(names, 400)} on {escaped(release.title, 600)}."
    if state is Became.UNKNOWN:
        blocks: tuple[Block, ...] = (section("why", f":grey_question: *Unknown*: {prose(line)}"), *kept)
    else:  # Slack does not let an edit remove all rich_text
        blocks = (rich_text("code", [paragraph(line)]), *_revocable(release, state, rules))
    return _fitting(MessageDraft(text, blocks, "provenance_fix", facts))


def changed(  # noqa: PLR0913 - what is said of it
    release: ReleaseView,
    before: str,
    since: float,
    *,
    again: bool,
    calls: bool = False,
    lapsed: tuple[str, ...] = (),
) -> MessageDraft:
    """The short reply about a new verdict. Unlike an edit, it notifies people. `calls` mentions the owners.

    A pass with a waiver says so: nothing was fixed. `lapsed` are rules that fail and that were waived until now.

    `before` is the earlier verdict, `since` the time when it was first given, in seconds since the epoch. `again` is
    true if the release had also failed before that.
    """
    word = _word(release, before, again=again)
    when = date(datetime.fromtimestamp(since, UTC), "{date_short_pretty}")
    was = escaped(before.capitalize(), 20)
    said = _beside(release.verdict, headline(release)[1])
    parts = [short_digest(release.digest)] if release.digest else []
    parts += [prose(said)] if said else []
    exceptions = len({one.result.rule for one in waived(release)}) if release.verdict in _GOOD else 0
    allowed = f"{counted(exceptions, 'rule')} waived" if exceptions else ""
    parts += [allowed] if allowed else []
    why = f" Waived until now: {', '.join(code(rule, 80) for rule in lapsed[:NEWS_MAX])}." if lapsed else ""
    owners = owners_line(release.owners, calls=True) if calls else ""
    tail = f" {owners}." if owners else ""
    line = f"{word}{': ' if parts else ''}{', '.join(parts)}{_news(release)}. Was {was} since {when}.{why}{tail}"
    facts: dict[str, str | int] = {
        "subject": release.subject[:600],
        "digest": release.digest[:150],
        "verdict": str(release.verdict),
        "before": before[:20],
        "calls": int(bool(owners)),
        BROADCAST: int(release.broadcasts and release.verdict is Verdict.FAIL and before in _GOOD),
    }
    text = f"{word}: {escaped(release.title, 600)}, was {was} before{f', {allowed}' if allowed else ''}.{why}{tail}"
    return _fitting(MessageDraft(text, (section("said", line),), "provenance_verdict", facts))


def _word(release: ReleaseView, before: str, *, again: bool) -> str:
    """The new verdict. What is only not there was checked as far as it can be."""
    if release.verdict is Verdict.UNKNOWN and is_only_incomplete(release):
        return "No longer fails, but not complete" if before == Verdict.FAIL else "Now not complete"
    return _NOW.get(release.verdict, "Fails again" if again else "Now fails")


def _beside(verdict: Verdict, said: str) -> str:
    """What the headline says beside the verdict: nothing of a single image, of several how many."""
    return said.removesuffix(_SAID[verdict]).strip() if verdict in _SAID else said


def _fitting(draft: MessageDraft) -> MessageDraft:
    return draft if draft.fits() else draft.plain()


def _revocable(release: ReleaseView, state: Became, rules: tuple[str, ...]) -> Iterator[Block]:
    """The button that revokes a waiver which somebody gave in Slack; one of the policy file is changed there."""
    waivers = [result.waiver for _, result in _results(release, rules) if result.waiver]
    if state is Became.WAIVED and any(waiver.who for waiver in waivers):
        yield actions("act", revoke_waiver_button(release.title))


def _news(release: ReleaseView) -> str:
    """The first problems in words."""
    found = problems(release)
    several = len(set(release.names.values())) > 1
    said = [
        f"{problem.title}: {', '.join(affected(release, problem)[:NEWS_MAX])}" if several else problem.title
        for problem in found[:NEWS_MAX]
    ]
    return f" ({prose('; '.join(said), 400)})" if said else ""


def _line(
    release: ReleaseView, state: Became, rules: tuple[str, ...], images: tuple[str, ...] = (), *, spoken: bool = False
) -> str:
    match state:
        case Became.FIXED:
            return "Fixed" if spoken else _fixed(release, rules, images)
        case Became.WAIVED:
            waivers = [result.waiver for _, result in _results(release, rules) if result.waiver]
            first = min(waivers, key=lambda waiver: waiver.until, default=None)
            word = f"Waived until {plain(first.until, 20)}" if first else "Waived"
            return word if spoken or first is None else f"☑ {word}: {plain(first.reason, 200)}"
        case Became.UNKNOWN:
            found = [result for _, result in _results(release, rules) if result.outcome is Outcome.UNKNOWN]
            awaited = all(result.is_awaited for result in found)
            return "Not known yet" if awaited else "Could not be checked"
        case Became.ELSEWHERE:
            return "Told in another reply" if spoken else "Told in another reply of this thread"
        case Became.NOT_ASKED:
            return "No longer checked" if spoken else "○ No longer checked"


def _fixed(release: ReleaseView, rules: tuple[str, ...], images: tuple[str, ...]) -> str:
    """When the last of those images was found to be right; and with which digest, if they have one."""
    reports = [report for report, _ in _results(release, rules, images)]
    if not reports:
        return "Fixed"
    digests = {report.digest for report in reports}
    by = f" in {digests.pop()[:19]}…" if len(digests) == 1 and not is_about_others(rules) else ""
    return f"✅ Fixed{by} at {max(report.checked_at for report in reports):%Y-%m-%d %H:%M} UTC"


def _results(release: ReleaseView, rules: Iterable[str], images: Collection[str] = ()) -> list[tuple[Report, Result]]:
    wanted = set(rules)
    there = [] if is_about_others(wanted) else [report for report in release.reports if report.image in images]
    reports = there or release.reports
    return [(report, result) for report in reports for result in report.results if result.rule in wanted]
