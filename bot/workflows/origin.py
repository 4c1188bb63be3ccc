"""Which repository a clone is of, and which one a condition asks for."""

import re
import stat
from pathlib import Path
from typing import Final

SIZE_MAX: Final = 64 * 1024
"""Characters of .git/config that are read."""
_ORIGIN: Final = re.compile(
    r'^\[remote "origin"\][^\n]*\n(?:[ \t]+[^\n]*\n)*?[ \t]+url[ \t]*=[ \t]*(\S+)', re.MULTILINE
)
_ON_GITHUB: Final = re.compile(
    r"(?:https://(?:[^@/\s]+@)?|ssh://git@|git@)github\.com[:/]([\w.-]+/[\w.-]+?)(?:\.git)?/?"
)
_CONDITION: Final = re.compile(
    r"github\.repository(?:_owner)?\s*==\s*'([\w./-]+)'|'([\w./-]+)'\s*==\s*github\.repository(?:_owner)?\b"
)


def origin_of(root: Path) -> str:
    """The owner and name of the repository on GitHub that a clone comes from; "" where that is not known."""
    path = root / ".git" / "config"
    try:
        if not stat.S_ISREG(path.lstat().st_mode):  # a pipe may never end
            return ""
        with path.open(encoding="utf-8", errors="replace") as config:
            text = config.read(SIZE_MAX)
    except OSError:
        return ""
    found = _ORIGIN.search(text)
    on_github = _ON_GITHUB.fullmatch(found[1]) if found else None
    return on_github[1] if on_github else ""


def named_repository(condition: str) -> str:
    """The repository, or its owner, that alone fulfils a condition; "" where it asks for none, or has alternatives."""
    found = _CONDITION.search(condition)
    return found[1] or found[2] if found and "||" not in condition else ""
