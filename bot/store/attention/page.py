"""A part of a listing."""

from collections.abc import Sequence
from typing import Generic, TypeVar

from msgspec import Struct

T = TypeVar("T")


class Page(Struct, Generic[T], frozen=True):
    """The first records, and how many there are in all."""

    items: Sequence[T]
    total: int
