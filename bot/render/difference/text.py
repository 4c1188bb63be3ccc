"""A difference for a terminal: what was lost first."""

from collections.abc import Sequence
from typing import Final

from bot.render.difference import words
from bot.render.display import Display
from bot.render.terminal import TerminalPage
from bot.render.words import VERDICTS
from bot.report.difference import Difference, DifferenceKind, PackagesDifference, Side

STYLES: Final = {
    DifferenceKind.LOST: "bold red",
    DifferenceKind.UNKNOWN: "bold magenta",
    DifferenceKind.CHANGED: "bold yellow",
    DifferenceKind.GAINED: "bold green",
}

PACKAGES_SHOWN: Final = 20
"""Packages of one platform; `--verbose` shows all that the document lists."""


def render(difference: Difference, display: Display = Display()) -> str:  # noqa: B008 - frozen
    """The two names, the conclusion, and a section for each kind of change; `quiet` is one line."""
    page = TerminalPage(display)
    if display.quiet:
        page.whole(f"{words.conclusion(difference)}  {difference.before.image}  {difference.after.image}")
        return page.text()
    _side(page, "from", difference.before)
    _side(page, "to", difference.after)
    if same := words.same(difference):
        page.line(same, indent=2)
    lost = any(difference.of(DifferenceKind.LOST))
    page.gap()
    page.line((words.conclusion(difference), "bold red" if lost else "bold"))
    for kind in DifferenceKind:
        _changes(page, kind, difference)
    _packages(page, difference.packages, is_whole=display.verbose)
    return page.text()


def _side(page: TerminalPage, word: str, side: Side) -> None:
    page.whole(f"{word:<6}", (side.image, "bold"), f" ({VERDICTS[side.verdict]})")
    page.line(side.digest, indent=6)


def _changes(page: TerminalPage, kind: DifferenceKind, difference: Difference) -> None:
    lines = words.told(difference.of(kind))
    if not lines:
        return
    page.gap()
    page.line((words.HEADINGS[kind], STYLES[kind]))
    for line in lines:
        page.line(f"{line.aspect} ({line.subjects}): {line.what}", indent=2)
        if line.url:
            page.whole((line.url, "cyan"), indent=4)


def _packages(page: TerminalPage, packages: Sequence[PackagesDifference], *, is_whole: bool) -> None:
    """The same changes on several platforms are told once."""
    groups: dict[str, list[PackagesDifference]] = {}
    for one in packages:
        groups.setdefault(one.model_copy(update={"platform": ""}).model_dump_json(), []).append(one)
    if groups:
        page.gap()
        page.line(("packages", "bold"))
    for same in groups.values():
        names = ", ".join(one.platform for one in same)
        page.line(f"{names}: {words.packages(same[0])}", indent=2)
        _listed(page, same[0], is_whole=is_whole)


def _listed(page: TerminalPage, one: PackagesDifference, *, is_whole: bool) -> None:
    shown = one.changes if is_whole else one.changes[:PACKAGES_SHOWN]
    if not shown:
        return
    page.table([(change.kind, *words.package(change)) for change in shown], indent=4)
    left = len(one.changes) - len(shown) + one.left_out
    if left:
        how = "" if is_whole else "; --verbose or --format json lists more"
        page.line(f"and {left} more{how}", indent=4)
