"""Text that a person typed, before it is kept: one paragraph, without what cannot be seen or encoded."""

import unicodedata
from typing import Final

from bot.attention.waiver import REASON_MAX

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control, format (bidi, zero width), surrogate, private and unassigned characters, line and paragraph separators."""


TYPED_MAX: Final = REASON_MAX + 1
"""Characters; one more than allowed, so that a text that is too long is still refused."""


def typed(text: str) -> str:
    """At most TYPED_MAX characters of it."""
    spaced = "".join(" " if sign in "\n\r\t" else sign for sign in text[: 4 * TYPED_MAX])
    return " ".join("".join(_seen(sign) for sign in spaced).split())[:TYPED_MAX]


def _seen(sign: str) -> str:
    return "\ufffd" if unicodedata.category(sign) in _UNSEEN else sign
