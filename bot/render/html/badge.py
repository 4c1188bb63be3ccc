"""A badge for a README: the provenance of an image in one word. Own SVG; only our own words and numbers get in."""

from typing import Final

from bot.board import BoardMode

LABEL: Final = "provenance"
HEIGHT: Final = 20
LETTER: Final = 7.2
"""Width of a letter of the 11 px font, on average; the text is fitted to the width anyway."""
SIDE: Final = 12

COLOURS: Final = {
    BoardMode.MAX: "#1d7a45",
    BoardMode.MIN: "#8a5a00",
    BoardMode.FOREIGN: "#4f5b6b",
    BoardMode.MISSING: "#b02a26",
    BoardMode.UNKNOWN: "#5a5f69",
    BoardMode.NOT_ASKED: "#4f5b6b",
}
"""White text on each of them has a contrast of 4.5 or more."""

LABEL_COLOUR: Final = "#3b4250"


def badge(mode: BoardMode) -> str:
    """The whole file. Its title is what a screen reader says."""
    said = mode.replace("-", " ")
    left, right = _width(LABEL), _width(said)
    title = f"{LABEL}: {said}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{HEIGHT}"'
        f' viewBox="0 0 {left + right} {HEIGHT}" role="img" aria-label="{title}">'
        f"<title>{title}</title>"
        f'<clipPath id="r"><rect width="{left + right}" height="{HEIGHT}" rx="3"/></clipPath>'
        f'<g clip-path="url(#r)"><rect width="{left}" height="{HEIGHT}" fill="{LABEL_COLOUR}"/>'
        f'<rect x="{left}" width="{right}" height="{HEIGHT}" fill="{COLOURS[mode]}"/></g>'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">'
        f"{_text(LABEL, left / 2, left)}{_text(said, left + right / 2, right)}</g></svg>\n"
    )


def _text(text: str, middle: float, width: int) -> str:
    return f'<text x="{middle:.1f}" y="14" textLength="{width - SIDE}">{text}</text>'


def _width(text: str) -> int:
    return round(len(text) * LETTER) + SIDE
