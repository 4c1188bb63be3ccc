"""Which tags of evidence a repository has, by its list of tags: one request instead of a HEAD for each.

A signature, an attestation or a list of referrers may stand under a tag that is made of a digest, and mostly does not.
Where a repository has few tags, one list tells so for what hangs on an image's platforms and attestation manifests.
Whether it may be believed: list_proof.py.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Collection
from typing import Final
from weakref import WeakValueDictionary

from msgspec import Struct, field

from bot.errors import RegistryError
from bot.oci import tally
from bot.oci.caller import Caller
from bot.oci.list_proof import Ask, ListProof
from bot.oci.reference import Reference, is_evidence_tag
from bot.oci.tag_list import few_tags

LIMITED: Final = frozenset({"quay.io"})
"""Registries that limit lists of tags more than other requests: 5 a second at Quay. Quay also caches a list for two
minutes (quay/quay, data/cache/cache_key.py): by that list, platforms that were signed just now are not signed."""

LIFE: Final = 60.0
"""Seconds for which a list is good in a terminal, where several images of a repository are looked at in one go."""

WHOLE_LIFE: Final = 600.0
"""Seconds for which a whole list is good that was read in a terminal for another reason: an audit shows the state at
its beginning, when it also asks what each tag stands for."""

USELESS_LIFE: Final = 3600.0
"""Seconds for which a repository is not asked again that has too many tags, or whose list may not be read."""

PAGES: Final = frozenset({10, 20, 25, 30, 50, 100, 200, 250, 500, 1000})
"""Tags on a page of common registries and proxies. A list of just that length may be cut off without saying so."""

REPOSITORIES_MAX: Final = 256
"""Repositories of which lists are remembered; of a list, the tags of evidence are kept."""


class TagPage(Struct):
    """All tags of evidence of a repository as they were at a moment; None when that is not known."""

    tags: frozenset[str] | None
    read: float  # time.monotonic()
    level: int = 0  # see tally.py
    life: float = 0.0  # seconds for which it is good for checks that began later
    proved: dict[str, int] = field(
        default_factory=dict
    )  # images about which it surely shows all, and the proof's level


class ListedTags:
    """Remembers the lists. In a check of a server a list counts only if it was read after the check began.

    Otherwise a signature that was pushed in between, whose announcement began the check, would not be seen.
    """

    def __init__(self, caller: Caller, head: Ask, *, local: bool, limited: Collection[str] = ()) -> None:
        """`head` resolves a tag by asking for it alone. `local`: on a person's own machine, see LIFE.

        `limited`: registries besides LIMITED that are of the same make.
        """
        self._caller = caller
        self._limited = LIMITED.union(limited)
        self._proof = ListProof(head)
        self._life = LIFE if local else 0.0
        self._pages: OrderedDict[str, TagPage] = OrderedDict()
        self._whole: OrderedDict[str, TagPage] = OrderedDict()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def note(self, reference: Reference, tags: Collection[str]) -> None:
        """All tags of a repository were listed just now. Only in a terminal is that of use for a later search."""
        if self._life:
            self._whole[reference.name] = TagPage(_evidence(tags), time.monotonic(), life=WHOLE_LIFE)
            self._whole.move_to_end(reference.name)
            if len(self._whole) > REPOSITORIES_MAX:
                self._whole.popitem(last=False)

    async def has(self, reference: Reference) -> bool | None:
        """Whether the list has this tag, only for tags of evidence. Raises nothing.

        None when nobody knows: ask for the tag itself. Who does not search asks for one tag, and for that a list is
        not worth it.
        """
        page = await self._page(reference)
        if page is None or page.tags is None:
            return None
        if reference.tag in page.tags:
            return True
        image = tally.current().searching
        if image in page.proved:
            tally.follow(page.proved[image])
            return False
        async with self._lock(f"{reference.name}@{image}"):
            return False if await self._shows_all(page, reference, image) else None

    async def shows(self, reference: Reference) -> bool | None:
        """Whether the list has this tag, even if the list may be incomplete; None without a list. Raises nothing."""
        page = await self._page(reference)
        return None if page is None or page.tags is None else reference.tag in page.tags

    async def _page(self, reference: Reference) -> TagPage | None:
        """The list, where it may have a say."""
        if not tally.current().searching or reference.digest or not is_evidence_tag(reference.tag):
            return None
        if self._proof.is_hiding(reference) or (self._noted(reference) is None and not self._is_worth_it(reference)):
            return None
        return self._known(reference) or await self._read(reference)

    def _is_worth_it(self, reference: Reference) -> bool:
        """Whether a list is asked for. It saves nothing where the image has one digest that evidence may refer to."""
        return reference.registry not in self._limited and not tally.current().alone

    def _lock(self, key: str) -> asyncio.Lock:
        return self._locks.setdefault(key, asyncio.Lock())

    def _known(self, reference: Reference) -> TagPage | None:
        """The list that was read before, if it still counts."""
        page = self._pages.get(reference.name)
        if page is None or not self._holds(page):
            return None
        tally.follow(page.level)
        return page

    async def _read(self, reference: Reference) -> TagPage:
        """The list. Of those who need it at the same time, one reads it and the others wait."""
        async with self._lock(reference.name):
            if (known := self._known(reference)) is not None:
                return known
            page = self._noted(reference) or await self._few(reference)
            page.level = tally.level()
            self._pages[reference.name] = page
            self._pages.move_to_end(reference.name)
            if len(self._pages) > REPOSITORIES_MAX:
                self._pages.popitem(last=False)
            return page

    async def _shows_all(self, page: TagPage, reference: Reference, image: str) -> bool:
        """Whether the list surely has all evidence about the image; one that may not has no say any more."""
        if page.tags is not None and image not in page.proved:
            if not await self._proof.holds(reference, image, page.tags):
                page.tags = None
            page.proved[image] = tally.level()
        tally.follow(page.proved.get(image, 0))
        return page.tags is not None

    def _holds(self, page: TagPage) -> bool:
        if page.tags is None:
            return time.monotonic() < page.read + USELESS_LIFE
        return page.read >= tally.current().began or time.monotonic() < page.read + page.life

    def _noted(self, reference: Reference) -> TagPage | None:
        """The whole list, if it is not too old."""
        page = self._whole.get(reference.name)
        return page if page is not None and time.monotonic() < page.read + page.life else None

    async def _few(self, reference: Reference) -> TagPage:
        """The tags of a repository that has few."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._caller.pace.listing):
                tags = await few_tags(self._caller, reference)
        except (RegistryError, TimeoutError):
            tags = None
        return TagPage(None if tags is None else _evidence(tags), began, life=self._life)


def _evidence(tags: Collection[str]) -> frozenset[str] | None:
    """The tags of evidence in a list; None when it may be cut off."""
    return None if len(tags) in PAGES else frozenset(filter(is_evidence_tag, tags))
