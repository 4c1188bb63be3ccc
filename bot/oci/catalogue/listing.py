"""A repository's tags, as a registry listed them at one moment."""

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct


class ListedTag(Struct, frozen=True):
    """A tag. `digest` is "" where the list has names alone; what is judged is resolved again."""

    name: str
    digest: str = ""


class TagListing(Struct, frozen=True):
    """What was listed. Only of a whole list may somebody say that a tag is not in it."""

    tags: tuple[ListedTag, ...]
    is_whole: bool


IsKnown: TypeAlias = Callable[[ListedTag], bool]
"""Whether a tag with that digest was listed before: behind it, a list that has the newest first brings nothing new."""
