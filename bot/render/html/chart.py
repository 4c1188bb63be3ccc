"""The board's charts as SVG: a bar of the counts, and how they changed. Only numbers and our own words get in."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bot.board import BoardMode
from bot.board.trend import TrendStep

WIDTH: Final = 600
BAR_HEIGHT: Final = 14
TREND_HEIGHT: Final = 72

ORDER: Final = (
    BoardMode.MAX,
    BoardMode.NOT_ASKED,
    BoardMode.FOREIGN,
    BoardMode.MIN,
    BoardMode.UNKNOWN,
    BoardMode.MISSING,
)
"""From the left, and from the bottom: what is good first."""


def said(counts: Mapping[BoardMode, int]) -> str:
    """`20 max · 10 min · 10 missing`."""
    return " · ".join(f"{counts[mode]} {mode.replace('-', ' ')}" for mode in BoardMode if counts.get(mode))


def bar(counts: Mapping[BoardMode, int]) -> str:
    """One bar, its parts as wide as their counts. The style sheet has the colours."""
    total = sum(counts.values())
    return _svg(BAR_HEIGHT, f"Provenance: {said(counts)}", _bar(counts, total)) if total else ""


def _bar(counts: Mapping[BoardMode, int], total: int) -> Iterator[str]:
    left = 0.0
    for mode in ORDER:
        width = WIDTH * counts.get(mode, 0) / total
        if width:
            yield f'<rect class="mode-{mode}" x="{left:.1f}" y="0" width="{width:.1f}" height="{BAR_HEIGHT}"/>'
        left += width


def trend_chart(steps: Sequence[TrendStep]) -> str:
    """Areas, one on the other, over time; "" when there is nothing to compare."""
    most = max((step.total for step in steps), default=0)
    if len(steps) < 2 or not most:  # noqa: PLR2004 - a line needs two points
        return ""
    title = f"Provenance over time: from {said(steps[0].modes) or 'no image'} to {said(steps[-1].modes)}"
    return _svg(TREND_HEIGHT, title, _areas(steps, most))


def _areas(steps: Sequence[TrendStep], most: int) -> Iterator[str]:
    below = [0] * len(steps)
    for mode in ORDER:
        above = [low + step.modes.get(mode, 0) for low, step in zip(below, steps, strict=True)]
        if above != below:
            top = [_point(at, len(steps), high, most) for at, high in enumerate(above)]
            bottom = [_point(at, len(steps), low, most) for at, low in enumerate(below)]
            yield f'<polygon class="mode-{mode}" points="{" ".join((*top, *reversed(bottom)))}"/>'
        below = above


def _point(at: int, count: int, value: int, most: int) -> str:
    return f"{WIDTH * at / (count - 1):.1f},{TREND_HEIGHT - TREND_HEIGHT * value / most:.1f}"


def _svg(height: int, title: str, parts: Iterator[str]) -> str:
    head = f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" preserveAspectRatio="none" role="img"'
    return f'{head} aria-label="{title}">{"".join(parts)}</svg>'
