"""A difference as GitHub Flavored Markdown, for a release's notes or a comment on a pull request."""

from collections.abc import Iterator
from typing import Final

from bot.render.difference import words
from bot.render.display import Display
from bot.render.markdown import code, escaped
from bot.report.difference import Difference, DifferenceKind, PackagesDifference

SIGNS: Final = {
    DifferenceKind.LOST: "❌",
    DifferenceKind.UNKNOWN: "❔",
    DifferenceKind.CHANGED: "⚠️",
    DifferenceKind.GAINED: "✅",
}

PACKAGES_SHOWN: Final = 100
"""Packages of one platform; a comment on GitHub has at most 65,536 characters."""


def render(difference: Difference, _: Display = Display()) -> str:  # noqa: B008 - frozen
    """Headline, a table of changes, and the packages folded."""
    return "\n".join(_lines(difference)) + "\n"


def _lines(difference: Difference) -> Iterator[str]:
    yield f"### {code(difference.before.image)} → {code(difference.after.image)}: {words.conclusion(difference)}"
    yield ""
    yield f"{code(difference.before.digest)} → {code(difference.after.digest)}"
    if same := words.same(difference):
        yield ""
        yield same
    if difference.changes:
        yield from ("", "| | what | for | change |", "| --- | --- | --- | --- |")
    for kind in DifferenceKind:
        for line in words.told(difference.of(kind)):
            link = f" ([commits]({line.url}))" if line.url else ""
            cells = (escaped(line.aspect), escaped(line.subjects), f"{escaped(line.what)}{link}")
            yield f"| {SIGNS[kind]} {words.HEADINGS[kind]} | {' | '.join(cells)} |"
    for one in difference.packages:
        yield from _packages(one)


def _packages(one: PackagesDifference) -> Iterator[str]:
    yield from ("", f"Packages, {escaped(one.platform)}: {escaped(words.packages(one))}")
    if not one.changes:
        return
    yield from ("", "<details><summary>list</summary>", "")
    yield from ("| | package | version |", "| --- | --- | --- |")
    for change in one.changes[:PACKAGES_SHOWN]:
        name, versions = words.package(change)
        yield f"| {change.kind} | {escaped(name)} | {escaped(versions)} |"
    left = one.left_out + max(len(one.changes) - PACKAGES_SHOWN, 0)
    if left:
        yield from ("", f"and {left} more")
    yield from ("", "</details>")
