"""What we print in a job of GitHub Actions, whose runner takes lines of the log for commands.

`::name::` at the beginning of a line is one, and so is `##[name]` anywhere in it. Only --format github means to give
commands; in all other text they come from an image, a file or a name, and could mask or forge what later lines say.
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

import os
import re
from collections.abc import Mapping
from typing import Final

_COMMAND: Final = re.compile(r"^(\s*):(?=:)", re.MULTILINE)
_OLD_COMMAND: Final = "##["

_JSON: Final = ("\\1:", "##\\u005b")  # a line of JSON never begins with a colon
_SPELLINGS: Final[Mapping[str, tuple[str, str]]] = {
    "json": _JSON,
    "sarif": _JSON,
    "gitlab": _JSON,
    "junit": ("\\1&#58;", "##&#91;"),
}
"""Formats that can write both in another way, with the same meaning. In all others a space is put in between."""

_COMMANDS: Final = "github"
"""The format whose lines are commands. The runner takes a line for one command, so nothing else in it is read."""


def without_commands(text: str, format_: str = "text") -> str:
    """The text in that format as it may stand in the log. Elsewhere nothing is changed."""
    if not _is_read() or format_ == _COMMANDS:
        return text
    new, old = _SPELLINGS.get(format_, ("\\1: ", "## ["))
    return _COMMAND.sub(new, text).replace(_OLD_COMMAND, old)


def _is_read() -> bool:
    return os.environ.get("GITHUB_ACTIONS") == "true"  # noqa: TID251 - who reads stdout is not our setting
