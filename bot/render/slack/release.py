"""A release as the parent message of its thread: what, how bad, what now. Understood in three seconds on a phone."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from bot.render.release.affected import affected, detail_of, not_ready, own_verdict, with_registries
from bot.render.release.headline import headline
from bot.render.release.problems import ReleaseProblem, advice, problems, waived
from bot.render.release.view import ImageView, ReleaseView
from bot.render.slack.attention import said
from bot.render.slack.buttons import release_buttons
from bot.render.slack.escape import code, cut, date, escaped, prose
from bot.render.slack.message import (
    FOOT,
    SECTION_MAX,
    TEXT_MAX,
    Block,
    MessageDraft,
    actions,
    context,
    headed,
    section,
)
from bot.render.slack.not_known import not_known
from bot.render.slack.owners import owners_line
from bot.render.slack.signers import signers
from bot.render.slack.words import NAMES_MAX, VERDICTS, listed, short_digest, some_names
from bot.render.words import in_one_line
from bot.report import Verdict

PROBLEMS_MAX: Final = 5
"""Problem lines in the parent; the replies and the page have all of them."""

ADVICE_MAX: Final = 3
SIGNERS_MAX: Final = 3
FACTS_MAX: Final = 600
WAIVED_MAX: Final = 200
EVENT: Final = "provenance_checked"
SIGN: Final = "🚨"
CHECKED: Final = "Checked"
"""The word before the time of the newest check."""


def parent(release: ReleaseView, *, intent: str, base_url: str = "", calls: bool = False) -> MessageDraft:
    """The parent message. `intent` is its permanent id and the button's value. `calls` mentions the owners."""
    blocks = tuple(_blocks(release, intent, base_url, calls=calls))
    draft = MessageDraft(_sentence(release, calls=calls), blocks, EVENT, {**facts(release), "calls": int(calls)})
    return draft if draft.fits() else draft.plain()


def facts(release: ReleaseView) -> Mapping[str, str | int]:
    """What the metadata says about the release."""
    found = problems(release)
    return {
        "subject": release.subject[:FACTS_MAX],
        "digest": release.digest[:150],
        "verdict": str(release.verdict),
        "failed": ",".join(problem.rule for problem in found)[:FACTS_MAX],
        "critical": ",".join(problem.rule for problem in found if problem.is_critical)[:FACTS_MAX],
        "waived": ",".join(sorted({one.result.rule for one in waived(release)}))[:WAIVED_MAX],
        "images": listed((one.image for one in release.images), FACTS_MAX),
    }


def line_of(release: ReleaseView, problem: ReleaseProblem) -> str:
    """`*No SBOM*: uber, cli (docker.io)`; for the only image of a release just the words. What is critical is said."""
    names = affected(release, problem)
    line = f"*{prose(problem.title, 150)}*"
    if _are_named(release, names):
        line += f": {some_names(names)}"
    if problem.is_critical and (detail := detail_of(release, problem)):
        line += f" · {prose(detail, 200)}"
    return line


def _blocks(release: ReleaseView, intent: str, base_url: str, *, calls: bool) -> Iterator[Block]:
    sign, verdict = headline(release)
    yield headed("head", sign, release.title, verdict)
    if lines := list(_lines(release)):
        yield section("what", _within(lines))
    if notes := list(said(release.attention)):
        yield context("attention", *notes)
    yield context("signed", *_signed(release))
    yield actions("act", *release_buttons(release, intent, base_url))
    yield context(FOOT, *_foot(release, calls=calls))


def _lines(release: ReleaseView) -> Iterator[str]:
    found = problems(release)
    for problem in found[:PROBLEMS_MAX]:
        yield f"• {line_of(release, problem)}"
    if len(found) > PROBLEMS_MAX:
        yield f"• and {len(found) - PROBLEMS_MAX} more"
    yield from not_known(release)
    yield from _passing(release)
    if advised := advice(release):
        more = f"; and {len(advised) - ADVICE_MAX} more" if len(advised) > ADVICE_MAX else ""
        lines = in_one_line(_plain_line(release, one) for one in advised[:ADVICE_MAX])
        yield f":warning: *Advice*: {lines}{more}"
    if exceptions := waived(release):
        ends = sorted(one.result.waiver.until for one in exceptions if one.result.waiver)
        first = f" ({'the first ' if len(exceptions) > 1 else ''}until {prose(ends[0], 20)})" if ends else ""
        yield f":ballot_box_with_check: *Waived*: {len(exceptions)}{first}"


def _plain_line(release: ReleaseView, problem: ReleaseProblem) -> str:
    names = affected(release, problem)
    on = f" ({some_names(names)})" if len(set(release.names.values())) > 1 else ""
    return f"{prose(problem.title, 150)}{on}"


def _passing(release: ReleaseView) -> Iterator[str]:
    """What passes, if something else does not."""
    good = _names_that_pass(release)
    if good and release.verdict not in {Verdict.PASS, Verdict.WARN}:
        yield f":white_check_mark: *Pass*: {some_names(good)}"


def _names_that_pass(release: ReleaseView) -> list[str]:
    names, good, bad = dict.fromkeys(release.names.values()), {Verdict.PASS, Verdict.WARN}, not_ready(release)
    return [
        name
        for name in names
        if name not in bad and all(own_verdict(release, one) in good for one in release.named(name))
    ]


def _signed(release: ReleaseView) -> Iterator[str]:
    """Who signed; once, if it is the same for all images, and somebody has looked at all of them."""
    lines: dict[str, list[ImageView]] = {}
    for one in release.images:
        if one.report is not None:
            lines.setdefault(signers(one.report), []).append(one)
    if not lines:
        yield "Not checked yet"
    for line, images in list(lines.items())[:SIGNERS_MAX]:
        is_of_all = len(images) == len(release.images)
        yield line if is_of_all else f"{some_names(with_registries(release, images))}: {line}"
    notes = dict.fromkeys(note for report in release.reports for note in report.notes)
    for note in list(notes)[:SIGNERS_MAX]:
        yield prose(note)


def _foot(release: ReleaseView, *, calls: bool) -> Iterator[str]:
    """Registries, aliases, the digest if there is one, when and how it was pushed, owners; last the check's time."""
    about = [some_names(dict.fromkeys(one.registry for one in release.images))]
    if release.aliases:
        about.append(f"also {', '.join(code(alias, 60) for alias in release.aliases[:NAMES_MAX])}")
    about += [f"now the same as {code(release.twin, 100)}"] if release.twin else []
    about += [short_digest(release.digest)] if release.digest else []
    pushed = max((one.pushed_at for one in release.images), default=0.0)
    built = {report.workflow.path.rpartition("/")[2] for report in release.reports if report.workflow}
    when = f"pushed {date(datetime.fromtimestamp(pushed, UTC))}" if pushed else ""
    by = f"built by {prose(min(built), 80)}" if len(built) == 1 else ""
    about += [part for part in (when, by, owners_line(release.owners, calls=calls)) if part]
    yield " · ".join(about)
    checked = datetime.fromtimestamp(release.checked_at, UTC)
    yield f"{CHECKED} {date(checked)}" if release.checked_at else "Not checked yet"


def _sentence(release: ReleaseView, *, calls: bool) -> str:
    """The text for notifications and screen readers. It has the verdict but no time, so that it can be compared."""
    word = VERDICTS[release.verdict][1]
    parts = [f"{word}: {escaped(release.title, 600)}, {escaped(headline(release)[1], 300)}."]
    found = problems(release)
    is_said = bool(found) and found[0].is_critical and not _are_named(release, affected(release, found[0]))
    parts += [_spoken(release, problem) for problem in found[is_said:PROBLEMS_MAX]]  # the headline has the first
    if len(found) > PROBLEMS_MAX:
        parts.append(f"{len(found) - PROBLEMS_MAX} more problems.")
    if found:
        is_there = release.has_fix_replies and not release.attention.is_quiet
        parts.append("Fixes are in the thread." if is_there else "“Show the fix” says what to do.")
    text = cut(" ".join(parts), TEXT_MAX - 600)
    return f"{text} {owners_line(release.owners, calls=True)}." if calls and release.owners else text


def _spoken(release: ReleaseView, problem: ReleaseProblem) -> str:
    names = affected(release, problem)
    more = f" and {len(names) - NAMES_MAX} more" if len(names) > NAMES_MAX else ""
    on = f": {escaped(', '.join(names[:NAMES_MAX]), 400)}{more}" if _are_named(release, names) else ""
    return f"{escaped(problem.title, 150)}{on}."


def _are_named(release: ReleaseView, names: tuple[str, ...]) -> bool:
    """Whether it must be said which image is meant, or where."""
    return len(set(release.names.values())) > 1 or "(" in names[0]


def _within(lines: list[str]) -> str:
    """As many whole lines as a section takes."""
    kept: list[str] = []
    for line in lines:
        if sum(len(one) + 1 for one in kept) + len(line) > SECTION_MAX:
            break
        kept.append(line)
    return "\n".join(kept)
