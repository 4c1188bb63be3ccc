"""What sending a form leads to: errors beside the inputs, a sentence for the person, or another form."""

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

from bot.render.slack.message import Block


class Errors(Struct, frozen=True):
    """The form stays open; each sentence stands beside the block of that id."""

    by_block: Mapping[str, str]


class NextForm(Struct, frozen=True):
    """Another form takes its place."""

    view: Block


Sent: TypeAlias = str | Errors | NextForm
