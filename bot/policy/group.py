"""The name of a group: repositories that are released together."""

import re
from typing import Final

from bot.errors import MalformedError

GROUP_MAX: Final = 255
"""Characters; a repository path has no more."""

_GROUP: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*", re.ASCII)


def require_group(text: str) -> str:
    """The name of a group. Raises MalformedError: it has no spaces, because a version follows it."""
    if len(text) <= GROUP_MAX and _GROUP.fullmatch(text):
        return text
    raise MalformedError(
        f"{text[:80]!r} is not the name of a group: 1 to {GROUP_MAX} letters, digits and . _ / -, "
        "a letter or digit first"
    )
