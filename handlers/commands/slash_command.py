"""What a person typed after `/provenance`, and what the answers need."""

import re
from dataclasses import dataclass
from typing import Final

from bot.intake.job import JobQueue
from bot.slack.fixing import Fixing

TEXT_MAX: Final = 1000
"""Characters of what is typed; Slack lets people paste much more."""

_QUOTES = str.maketrans({"\u201c": '"', "\u201d": '"', "\u2018": "'", "\u2019": "'"})
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """One command: `text` without its verb, who asked where, and how to answer them alone."""

    text: str
    channel: str
    user: str
    team: str
    response_url: str = ""

    def words(self) -> list[str]:
        """What was typed, word by word, without the quotes that people and their keyboards put around."""
        return [word.strip("\"'`") for word in self.text.translate(_QUOTES).split() if word.strip("\"'`")]


@dataclass(frozen=True, slots=True)
class CommandContext:
    """What a subcommand may use. `base_url` is "" when people cannot reach our pages."""

    queue: JobQueue
    base_url: str = ""
    fixing: Fixing | None = None


def typed(text: str) -> str:
    """The text as it was typed: Slack escapes `& < >` for some apps, and may leave links in."""
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return re.sub(r"\s+", " ", text).strip()
