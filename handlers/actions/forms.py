"""What sending a form leads to: errors beside the inputs, or a sentence for the person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Errors:
    """The form stays open; each sentence stands beside the block of that id."""

    by_block: Mapping[str, str]


Sent: TypeAlias = str | Errors
