"""Whether a list of tags shows all tags of evidence: what a registry is asked, so that its silence counts as absence.

A list proves nothing alone: a registry may hide such tags, and a pull-through cache lists what it has fetched. So each
tag of an image's own digest is asked for, unless it is in the list. One that is there and not in the list shows that
the list is not whole; no list of that place counts then.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection
from typing import Final

from bot.errors import NotFoundError, RegistryError
from bot.oci import tally
from bot.oci.hosts import place_of
from bot.oci.reference import Reference, fallback_tag

OWN: Final = (".sig", ".att", ".sbom", "")
"""What follows an image's own digest in the tags of its evidence; without anything, it is a list of referrers."""

HIDING_LIFE: Final = 3600.0
"""Seconds for which no list of a place counts after one has hidden a tag."""

PLACES_MAX: Final = 256
"""Places of which that is remembered."""

Ask = Callable[[Reference], Awaitable[str]]


class ListProof:
    """Asks for what a list does not have, and remembers whose lists are not whole."""

    def __init__(self, head: Ask) -> None:
        """`head` resolves a tag by asking for it alone."""
        self._head = head
        self._hiding: OrderedDict[str, float] = OrderedDict()  # places, and until when

    def is_hiding(self, reference: Reference) -> bool:
        """Whether the lists of that place do not count."""
        return time.monotonic() < self._hiding.get(place_of(reference), 0.0)

    async def holds(self, reference: Reference, image: str, tags: Collection[str]) -> bool:
        """Whether the image's own tags of evidence are all in the list, or not there at all. Raises nothing.

        Each image needs its own proof: that nothing is hidden about one says nothing of another.
        """
        own = [f"{fallback_tag(image)}{suffix}" for suffix in OWN]
        asked = await asyncio.gather(*(self._is_absent(reference.tagged(tag)) for tag in own if tag not in tags))
        tally.follow(max((level for _, level in asked), default=0))
        return all(absent for absent, _ in asked)

    async def _is_absent(self, reference: Reference) -> tuple[bool, int]:
        """Whether the tag is surely absent, and where the answer stands in its chain (tally.py)."""
        try:
            await self._head(reference)
        except NotFoundError:
            return True, tally.level()
        except RegistryError:
            return False, tally.level()
        place = place_of(reference)
        self._hiding[place] = time.monotonic() + HIDING_LIFE
        self._hiding.move_to_end(place)
        if len(self._hiding) > PLACES_MAX:
            self._hiding.popitem(last=False)
        return False, tally.level()
