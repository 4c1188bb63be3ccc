"""The evidence of images that are looked at once and wanted several times: by themselves, and as a baseline."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Iterable

from msgspec import Struct, field

from bot.evidence import Evidence
from bot.oci.reference import Reference
from bot.unreadable import Unreadable

ContentKey = tuple[str, str, Hashable]
"""A repository, a digest, and by what of the policy it is looked at (`Looker.seen_by`)."""

Found = Evidence | Unreadable


class HeldEvidence(Struct):
    """Looks at each content once, at most some together, and keeps it only as long as somebody still wants it."""

    look: Callable[[Reference], Awaitable[Found]]
    gate: asyncio.Semaphore
    _wanted: Counter[ContentKey] = field(default_factory=Counter)
    _tasks: dict[ContentKey, asyncio.Task[Found]] = field(default_factory=dict)

    def want(self, keys: Iterable[ContentKey]) -> None:
        """Each will be asked for once more."""
        self._wanted.update(keys)

    def give_up(self, key: ContentKey) -> None:
        """It is not asked for after all."""
        self._wanted[key] -= 1
        if self._wanted[key] <= 0:
            self._tasks.pop(key, None)

    async def of(self, key: ContentKey, image: Reference) -> Found:
        """What was found, or why not. By the digest: a tag that moves meanwhile changes nothing."""
        task = self._tasks.get(key)
        if task is None:
            task = self._tasks[key] = asyncio.create_task(self._looked(image.at(key[1])))
        try:
            return await task
        finally:
            self.give_up(key)

    async def _looked(self, image: Reference) -> Found:
        async with self.gate:
            return await self.look(image)
