"""Makes untrusted text safe for a terminal: without control, invisible and direction-changing characters."""

import unicodedata
from typing import Final

_UNSEEN: Final = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"})
"""Categories: control, format (bidi, zero width), line and paragraph separators, surrogates, private, unassigned."""

_SIMPLE: Final = str.maketrans(
    {
        "\N{HORIZONTAL ELLIPSIS}": "...",
        "\N{LEFT DOUBLE QUOTATION MARK}": '"',
        "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "\N{NO-BREAK SPACE}": " ",
        "\N{MIDDLE DOT}": "|",
    },
)


def plain(text: str, *, ascii_only: bool = False) -> str:
    """One line of text. Invisible characters are escaped; with `ascii_only`, so are all non-ASCII characters."""
    if ascii_only:
        text = text.translate(_SIMPLE)
    return "".join(_seen(character, ascii_only=ascii_only) for character in text)


def plain_lines(text: str, *, ascii_only: bool = False) -> tuple[str, ...]:
    """The same for text of several lines. Tabs become spaces."""
    return tuple(
        plain(line.rstrip("\r").expandtabs(4), ascii_only=ascii_only) for line in text.rstrip("\n").split("\n")
    )


def _seen(character: str, *, ascii_only: bool) -> str:
    if character.isascii() and character.isprintable():
        return character
    if ascii_only or unicodedata.category(character) in _UNSEEN:
        return character.encode("unicode_escape").decode("ascii")
    return character
