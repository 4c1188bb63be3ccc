"""A part of a listing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """The first records, and how many there are in all."""

    items: Sequence[T]
    total: int
