"""What sending a form leads to: errors beside the inputs, a sentence for the person, or another form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bot.render.slack.message import Block


@dataclass(frozen=True, slots=True)
class Errors:
    """The form stays open; each sentence stands beside the block of that id."""

    by_block: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NextForm:
    """Another form takes its place."""

    view: Block


Sent: TypeAlias = str | Errors | NextForm
