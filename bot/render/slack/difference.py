"""A difference for the person who asked. Names from SBOMs stand in rich text, in which Slack parses nothing."""

from collections.abc import Iterator
from typing import Final

from bot.render.difference import words
from bot.render.slack.escape import code, escaped, plain
from bot.render.slack.message import Block, MessageDraft, bullets, paragraph, rich_text, section
from bot.report.difference import Difference, DifferenceKind, PackagesDifference

MARKS: Final = {
    DifferenceKind.LOST: "❌",
    DifferenceKind.UNKNOWN: "❔",
    DifferenceKind.CHANGED: "⚠️",
    DifferenceKind.GAINED: "✅",
}

LINES_MAX: Final = 12
"""Changes of one kind; all messages together have at most 9,000 characters."""

PACKAGES_MAX: Final = 10
"""Packages of one platform."""

LINE_MAX: Final = 160
"""Characters of one line."""

PLATFORMS_MAX: Final = 2
"""Platforms whose packages are listed; the others have the same as a rule."""

_MORE: Final = "`provenance compare` in a terminal lists everything."


def compared(difference: Difference) -> MessageDraft:
    """The conclusion first, then what was lost, could not be compared, changed and gained."""
    names = (code(difference.before.image, 300), code(difference.after.image, 300))
    conclusion = words.conclusion(difference)
    head = f"{names[0]} → {names[1]}: *{conclusion}*"
    elements = [element for kind in DifferenceKind for element in _changes(kind, difference)]
    elements += [element for one in difference.packages[:PLATFORMS_MAX] for element in _packages(one)]
    blocks: list[Block] = [section("head", head)]
    if elements:
        blocks.append(rich_text("changes", elements))
    images = f"{escaped(difference.before.image, 300)} and {escaped(difference.after.image, 300)}"
    return MessageDraft(f"{images}: {conclusion}.", tuple(blocks), "provenance_difference")


def _changes(kind: DifferenceKind, difference: Difference) -> Iterator[Block]:
    lines = words.told(difference.of(kind))
    if not lines:
        return
    yield paragraph("", bold=f"{MARKS[kind]} {words.HEADINGS[kind].capitalize()}")
    shown = [plain(_unmarked(f"{one.aspect} ({one.subjects}): {one.what}"), LINE_MAX) for one in lines[:LINES_MAX]]
    if len(lines) > LINES_MAX:
        shown.append(f"and {len(lines) - LINES_MAX} more. {_MORE}")
    yield bullets(shown)


def _packages(one: PackagesDifference) -> Iterator[Block]:
    yield paragraph(plain(_unmarked(f"{one.platform}: {words.packages(one)}"), LINE_MAX), bold="Packages")
    rows = [(change.kind, *words.package(change)) for change in one.changes[:PACKAGES_MAX]]
    lines = [plain(_unmarked(f"{kind}: {name} {versions}"), LINE_MAX) for kind, name, versions in rows]
    if left := len(one.changes) - len(lines) + one.left_out:
        lines.append(f"and {left} more. {_MORE}")
    if lines:
        yield bullets(lines)


def _unmarked(text: str) -> str:
    """Our own backticks make code; others' do not."""
    return text.replace("`", "'")
