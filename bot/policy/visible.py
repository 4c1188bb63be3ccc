"""What can be seen of a text that a person wrote as a reason or a name."""

import unicodedata
from typing import Final

_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0\ufffc\ufffd\U0001d159")
"""Letters and signs without ink, and those that stand for what could not be shown."""


def visible(text: str) -> str:
    """The letters, digits and signs of it that have ink, with single spaces between words.

    Marks that change the letter before them (category M) are left out, too: alone they show nothing.
    """
    return " ".join("".join(map(_shown, text)).split())


def _shown(sign: str) -> str:
    if sign.isspace():
        return " "
    return sign if unicodedata.category(sign)[0] in "LNPS" and sign not in _BLANK else ""
