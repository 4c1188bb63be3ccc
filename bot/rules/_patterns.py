r"""A policy's patterns on sources and builders.

A pattern is for all of the text. One that ends in "/" names everything below: `https://github\.com/acme/`.
"""

import re
from collections.abc import Iterable


def is_listed(text: str, patterns: Iterable[str]) -> bool:
    """Whether some pattern names the text."""
    return any(_fits(text, pattern) for pattern in patterns)


def _fits(text: str, pattern: str) -> bool:
    if re.fullmatch(pattern, text):
        return True
    return pattern.endswith("/") and re.match(pattern, text) is not None
