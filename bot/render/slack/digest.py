"""The message of a digest: at most 40 lines, and nobody is mentioned."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from bot.digest.content import DigestContent, OpenFailure, PassedGroup, age
from bot.render.counted import counted
from bot.render.slack.escape import code, date, prose
from bot.render.slack.message import MessageDraft, header, section

EVENT: Final = "provenance_digest"

PASSED_MAX: Final = 15
FAILING_MAX: Final = 10
ENDING_MAX: Final = 8
SILENT_MAX: Final = 4
"""Lines of each part; with their headlines and "and N more" they are fewer than 40."""

VERSIONS_MAX: Final = 3


def digest(content: DigestContent, *, now: float, period: str = "") -> MessageDraft:
    """The whole message. `period` names the digest in the metadata; an empty one says that nothing happened."""
    parts = tuple(_parts(content, now))
    open_ = f"{counted(len(content.failing), 'release')} open" if content.failing else "nothing open"
    text = f"Digest: {counted(content.releases, 'release')} passed, {open_}."
    blocks = (header("head", f"🗞️ {text.removesuffix('.')}"), *parts)
    if not parts:
        blocks = (*blocks, section("nothing", "Nothing has passed unseen, nothing is open, and nothing ends soon."))
    draft = MessageDraft(text, blocks, EVENT, {"subject": period[:80]})
    return draft if draft.fits() else draft.plain()


def _parts(content: DigestContent, now: float) -> Iterator[dict[str, object]]:
    if content.failing:
        lines = [_open(one, now) for one in sorted(content.failing, key=lambda one: one.since)]
        yield _part("failing", ":x: *Open*", lines, FAILING_MAX)
    if content.passed:
        yield _part("passed", ":white_check_mark: *Passed*", [_passed(group) for group in content.passed], PASSED_MAX)
    if content.ending:
        lines = [
            f"{prose(one.what, 100)} for {prose(one.about, 120)} ends {date(datetime.fromtimestamp(one.at, UTC))}"
            for one in sorted(content.ending, key=lambda one: one.at)
        ]
        yield _part("ending", ":hourglass_flowing_sand: *Ends soon*", lines, ENDING_MAX)
    if content.silent:
        lines = [code(source, 80) for source in content.silent]
        yield _part("silent", ":no_bell: *Silent webhook sources*", lines, SILENT_MAX)


def _part(name: str, head: str, lines: list[str], most: int) -> dict[str, object]:
    more = [f"and {len(lines) - most} more"] if len(lines) > most else []
    return section(name, "\n".join([head, *(f"• {line}" for line in lines[:most]), *more]))


def _open(one: OpenFailure, now: float) -> str:
    said = f" ({prose(one.said, 60)})" if one.said else ""
    return f"{prose(one.title, 120)}, {age(now - one.since)}{said}"


def _passed(group: PassedGroup) -> str:
    newest = group.versions[-VERSIONS_MAX:]
    more = len(group.versions) - len(newest)
    shown = ", ".join(prose(version, 40) for version in reversed(newest))
    return f"{prose(group.group, 100)}: {shown}{f' and {more} more' if more else ''}"
