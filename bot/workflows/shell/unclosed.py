"""Whether a script ends inside of quotes: no shell runs it then."""

import re
from typing import Final

from bot.workflows.kept import kept
from bot.workflows.shell.dollar import follow
from bot.workflows.shell.pieces import Word
from bot.workflows.shell.words import tokens_of

_QUOTES: Final = re.compile(r"['\"]")
_HARD_TO_TELL: Final = re.compile(r"\$'|<<")
"""Quotes of other rules, and texts inside of the script."""
_NOTHING: Final = "\0"
"""Closed by nothing: the word itself."""


@kept
def is_unclosed(script: str) -> bool:
    """Whether the last word begins with a quote, or has one in it, and what ends that is not there."""
    text = script.rstrip()
    if not _QUOTES.search(text) or _HARD_TO_TELL.search(text):
        return False
    last = next((token for token in reversed(tokens_of(script)) if isinstance(token, Word)), None)
    if last is None or last.end < len(text):
        return False
    opened = [_NOTHING]
    follow(text[last.start :], 0, opened)
    return not {'"', "'"}.isdisjoint(opened)
