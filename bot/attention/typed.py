"""Text that a person typed, before it is kept: one paragraph, without what cannot be seen or encoded."""

import unicodedata

from bot.attention.waiver import REASON_MAX

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control, format (bidi, zero width), surrogate, private and unassigned characters, line and paragraph separators."""


def typed(text: str, limit: int = REASON_MAX + 1) -> str:
    """At most `limit` characters of it; one more than allowed, so that a text that is too long is still refused."""
    spaced = "".join(" " if sign in "\n\r\t" else sign for sign in text[: 4 * limit])
    return " ".join("".join(_seen(sign) for sign in spaced).split())[:limit]


def _seen(sign: str) -> str:
    return "\ufffd" if unicodedata.category(sign) in _UNSEEN else sign
