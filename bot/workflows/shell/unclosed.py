"""Whether a script ends inside of quotes: no shell runs it then."""

import re
from typing import Final

from bot.workflows.shell.pieces import Word
from bot.workflows.shell.words import words

_HARD_TO_TELL: Final = re.compile(r"\$'|<<")
"""Quotes of other rules, and texts inside of the script."""


def is_unclosed(script: str) -> bool:
    """Whether the last word is quoted, and the quote that ends it is not there."""
    text = script.rstrip()
    if _HARD_TO_TELL.search(text):
        return False
    last = next((token for token in reversed([*words(text)]) if isinstance(token, Word)), None)
    if last is None or last.end < len(text) or not last.pieces or not last.pieces[-1].quoted:
        return False
    return text[-1] not in "'\""
