"""Which tags of evidence a repository has, by its list of tags: one request instead of a HEAD for each.

A signature, an attestation or a list of referrers may stand under a tag that is made of a digest, and mostly does not.
Where a repository has few tags, one list tells so for all of them.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from typing import Final
from weakref import WeakValueDictionary

from bot.errors import NotFoundError, RegistryError
from bot.oci import tally
from bot.oci.caller import Caller
from bot.oci.reference import Reference, fallback_tag, is_evidence_tag
from bot.oci.tag_list import few_tags

LIMITED: Final = frozenset({"quay.io"})
"""Registries that let lists of tags through more seldom than anything else: 5 a second at Quay."""

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

Ask = Callable[[Reference], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class TagPage:
    """All tags of evidence of a repository as they were at a moment; None when that is not known."""

    tags: frozenset[str] | None
    read: float  # time.monotonic()
    level: int = 0  # see tally.py
    life: float = 0.0  # seconds for which it is good for checks that began later
    proved: frozenset[str] = frozenset()  # images whose signature is surely not hidden, if the list has no evidence


class ListedTags:
    """Remembers the lists. In a check of a server a list counts only if it was read after the check began.

    Otherwise a signature that was pushed in between, whose announcement began the check, would not be seen.
    """

    def __init__(self, caller: Caller, head: Ask, *, local: bool) -> None:
        """`head` resolves a tag by asking for it alone. `local`: on a person's own machine, see LIFE."""
        self._caller = caller
        self._head = head
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
        if not tally.current().searching or reference.digest or not is_evidence_tag(reference.tag):
            return None
        if reference.registry in LIMITED and self._noted(reference) is None:
            return None
        lock = self._locks.setdefault(reference.name, asyncio.Lock())
        async with lock:
            page = self._pages.get(reference.name)
            if page is None or not self._holds(page):
                page = self._noted(reference) or await self._few(reference)
                page = replace(page, level=tally.level())
            else:
                tally.follow(page.level)
            page = self._pages[reference.name] = await self._proved(page, reference)
            self._pages.move_to_end(reference.name)
            if len(self._pages) > REPOSITORIES_MAX:
                self._pages.popitem(last=False)
        return None if page.tags is None else reference.tag in page.tags

    def _holds(self, page: TagPage) -> bool:
        if page.tags is None:
            return time.monotonic() < page.read + USELESS_LIFE
        return page.read >= tally.current().began or time.monotonic() < page.read + page.life

    def _noted(self, reference: Reference) -> TagPage | None:
        """The whole list, if it is not too old."""
        page = self._whole.get(reference.name)
        return page if page is not None and time.monotonic() < page.read + page.life else None

    async def _proved(self, page: TagPage, reference: Reference) -> TagPage:
        """The list, if it is surely whole and shows tags of evidence.

        Registries may hide those. If there is none in the list, a HEAD for the image's signature proves it: whatever is
        sought first, that is the tag which is there when an image is signed. Each image needs its own: that one is not
        signed says nothing of what is hidden about another.
        """
        image = tally.current().searching
        if page.tags is None or page.tags or image in page.proved:
            return page
        gone = await self._is_gone(reference.tagged(f"{fallback_tag(image)}.sig"))
        return replace(page, tags=page.tags if gone else None, level=tally.level(), proved=page.proved | {image})

    async def _few(self, reference: Reference) -> TagPage:
        """The tags of a repository that has few."""
        began = time.monotonic()
        try:
            tags = await few_tags(self._caller, reference)
        except RegistryError:
            tags = None
        return TagPage(None if tags is None else _evidence(tags), began, life=self._life)

    async def _is_gone(self, reference: Reference) -> bool:
        try:
            await self._head(reference)
        except NotFoundError:
            return True
        except RegistryError:
            return False
        return False


def _evidence(tags: Collection[str]) -> frozenset[str] | None:
    """The tags of evidence in a list; None when it may be cut off."""
    return None if len(tags) in PAGES else frozenset(filter(is_evidence_tag, tags))
