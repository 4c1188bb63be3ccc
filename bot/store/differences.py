"""What a worker found when it compared two images for a page, kept for an hour."""

import hashlib
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import StoreError
from bot.report.difference import Difference
from bot.store.connection import Store, trouble
from bot.store.packing import packed, unpacked

DIFFERENCE_TTL: Final = 3600
"""Seconds; whoever comes later asks again."""

DIFFERENCE_MAX: Final = 2 * 1024 * 1024
"""Characters of one; 1,000 packages that changed have 150 KB."""


class KeptDifference(BaseModel):
    """The difference, or why there is none. `at` is when it was asked for, in seconds since the epoch."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)  # large, and most bots keep none

    at: float
    difference: Difference | None = None
    refusal: str = ""


class Differences:
    """Remembers them by the names of the two images. Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def keep(self, before: str, after: str, found: KeptDifference) -> None:
        """In place of an earlier one."""
        text = found.model_dump_json()
        if len(text) > DIFFERENCE_MAX:
            short = KeptDifference(at=found.at, refusal=f"the difference has more than {DIFFERENCE_MAX} characters")
            text = short.model_dump_json()
        with trouble("keeping a difference"):
            await self._store.redis.set(self._key(before, after), packed(text), ex=DIFFERENCE_TTL)

    async def get(self, before: str, after: str) -> KeptDifference | None:
        """The one that was kept last."""
        with trouble("reading a difference"):
            text = await self._store.redis.get(self._key(before, after))
        try:
            return KeptDifference.model_validate_json(unpacked(str(text), most=4 * DIFFERENCE_MAX)) if text else None
        except (ValidationError, StoreError):
            return None

    def _key(self, before: str, after: str) -> str:
        return self._store.key("difference", hashlib.sha256(f"{before} {after}".encode()).hexdigest())
