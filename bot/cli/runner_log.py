"""What we print in a job of GitHub Actions, whose runner takes lines of the log for commands.

`::name::` at the beginning of a line is one, and so is `##[name]` anywhere in it. Only --format github means to give
commands; in all other text they come from an image, a file or a name, and could mask or forge what later lines say.
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

import os
import re
from typing import Final

_COMMAND: Final = re.compile(r"^(\s*):(?=:)", re.MULTILINE)
_OLD_COMMAND: Final = "##["


def without_commands(text: str) -> str:
    """The text as it may stand in the log. Elsewhere nothing is changed."""
    if os.environ.get("GITHUB_ACTIONS") != "true":  # noqa: TID251 - who reads stdout is no setting of ours
        return text
    return _COMMAND.sub(r"\1: ", text).replace(_OLD_COMMAND, "## [")
