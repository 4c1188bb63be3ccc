"""Other images that belong to one: the same tag in another registry, others of the same build. Causes compare them."""

import asyncio
import time
from typing import Final

from bot.check.remembered import remembered
from bot.evidence import Evidence
from bot.store.connection import Store, trouble
from bot.store.families import LATELY, families
from bot.store.reports import Reports

SISTERS_MAX: Final = 8
"""Sisters that one check gets; each is a report to be read."""


class Sisters:
    """Finds them among the reports. Every method may raise StoreError."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._reports = Reports(store)

    async def of(self, evidence: Evidence) -> tuple[Evidence, ...]:
        """Those that were checked lately, newest first of each family."""
        since = time.time() - LATELY
        with trouble("looking for sisters"):
            async with self._store.redis.pipeline(transaction=False) as pipe:
                for key in families(self._store, evidence):
                    pipe.zrevrangebyscore(key, "+inf", since, start=0, num=SISTERS_MAX + 1)
                found = await pipe.execute()
        images = dict.fromkeys(str(image) for family in found for image in family)
        images.pop(str(evidence.image), None)
        reports = await self._reports.latest_of(list(images)[:SISTERS_MAX])
        if not reports:
            return ()
        sisters = await asyncio.to_thread(lambda: [remembered(report) for report in reports])
        return tuple(sister for sister in sisters if sister is not None)
