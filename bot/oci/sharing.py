"""A registry for one look at several images: what two of them have in common is fetched once.

Versions share platforms, and a comparison reads the manifests of both images twice. Bytes cannot change under a digest,
and the client has verified them. Each repository is asked by itself, since it may have lost them. Referrers may change:
a list of them is kept for LIFE, as a list of tags is in a terminal. A failure is not kept: the next image asks again.
What is ambiguous in a document or a list is noted for each image.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from msgspec import Struct

from bot.oci import tally
from bot.oci.ambiguity import Ambiguity, Notices, noticing, watching
from bot.oci.manifest import MANIFEST_MAX, Content, Descriptor
from bot.oci.reference import Reference
from bot.oci.referrer_list import Referrer
from bot.oci.registry import Registry
from bot.values import replace

LIFE: Final = 60.0
"""Seconds for which a list of referrers is kept."""

DOCUMENT_MAX: Final = 512 * 1024
"""Bytes of one document; statements and configurations have some 10 KB, and two builds seldom share a larger SBOM."""

ALL_MAX: Final = 32 * 1024 * 1024
"""Bytes of all that is kept; a version of two platforms has some 50 KB."""

ENTRY: Final = 500
"""Bytes that are counted for each answer and each referrer besides the document and the referrer's own texts."""

PATIENCE: Final = 5.0
"""Seconds to wait for what another image asks. An answer that hangs would use up the time of all who wait for it."""

Key = tuple[str, str, str]


class _Answer(Struct, frozen=True):
    """A document, or the referrers of a digest and what was ambiguous in their list."""

    weight: int  # bytes, about
    level: int  # of the request in its chain, see tally.py
    read: float  # by the clock
    content: Content | None = None
    referrers: tuple[Referrer, ...] = ()
    ambiguous: tuple[Ambiguity, ...] = ()

    @property
    def document(self) -> Content:
        """The document; an empty one for an answer about referrers."""
        return self.content or Content(b"", "")


Fits = Callable[[_Answer], bool]


class SharingRegistry:
    """A `Registry`. While a request is open, it is not sent again: others who need its answer wait, up to PATIENCE."""

    def __init__(
        self,
        registry: Registry,
        *,
        most: int = ALL_MAX,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`most`: bytes. `patience`: see PATIENCE. `clock`: seconds of a clock that only goes forward."""
        self._registry = registry
        self._most = most
        self._patience = patience
        self._clock = clock
        self._kept: OrderedDict[Key, _Answer] = OrderedDict()
        self._weight = 0
        self._asked: dict[Key, asyncio.Event] = {}

    async def manifest(self, reference: Reference, *, limit: int = MANIFEST_MAX) -> Content:
        """See Registry.manifest. A tag is asked for each time."""
        if not reference.digest:
            content = await self._registry.manifest(reference, limit=limit)
            # By the digest that the registry has it by, and not parsed, which takes ten times the bytes.
            kept = replace(content, digest=content.also or content.digest, also="")
            self._keep(("manifest", reference.name, kept.digest), self._document(kept))
            return content

        async def ask() -> _Answer:
            return self._document(await self._registry.manifest(reference, limit=limit))

        found = await self._once(("manifest", reference.name, reference.digest), ask, _fits(limit))
        return replace(found.document)  # without the models that were made of it, which are large

    async def resolve(self, reference: Reference) -> str:
        """See Registry.resolve."""
        return await self._registry.resolve(reference)

    async def blob(self, reference: Reference, descriptor: Descriptor, *, limit: int) -> Content:
        """See Registry.blob."""

        async def ask() -> _Answer:
            return self._document(await self._registry.blob(reference, descriptor, limit=limit))

        found = await self._once(("blob", reference.name, descriptor.digest), ask, _fits(limit, descriptor.size))
        return replace(found.document, media_type=descriptor.media_type)

    async def referrers(self, reference: Reference) -> tuple[Referrer, ...]:
        """See Registry.referrers. A search asks more about its image than about the image's platforms."""
        notices = watching()
        if notices is None:  # then lists are read in another way
            return await self._registry.referrers(reference)

        async def ask() -> _Answer:
            with noticing() as own:
                try:
                    found = await self._registry.referrers(reference)
                finally:  # a list may be ambiguous, and no list at its end
                    _tell(notices, own.all)
            weight = _weight(found, own.all)
            return _Answer(weight, tally.level(), self._clock(), referrers=found, ambiguous=own.all)

        kind = "own referrers" if reference.digest == tally.current().searching else "referrers"
        answer = await self._once((kind, reference.name, reference.digest), ask, self._is_new)
        _tell(notices, answer.ambiguous)
        return answer.referrers

    async def tags(self, reference: Reference) -> tuple[str, ...]:
        """See Registry.tags."""
        return await self._registry.tags(reference)

    async def _once(self, key: Key, ask: Callable[[], Awaitable[_Answer]], fits: Fits) -> _Answer:
        known = self._kept.get(key)
        if known is None and (asked := self._asked.get(key)) is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._patience):
                    await asked.wait()
            known = self._kept.get(key)
            tally.follow(known.level if known else 0)
        if known is not None and fits(known):
            self._kept.move_to_end(key)
            return known
        asked = self._asked[key] = asyncio.Event()
        try:
            answer = await ask()
            self._keep(key, answer)
        finally:
            asked.set()
            if self._asked.get(key) is asked:
                del self._asked[key]
        return answer

    def _document(self, content: Content) -> _Answer:
        return _Answer(ENTRY + len(content.data), tally.level(), self._clock(), content)

    def _is_new(self, known: _Answer) -> bool:
        return self._clock() < known.read + LIFE

    def _keep(self, key: Key, answer: _Answer) -> None:
        if answer.weight > DOCUMENT_MAX:
            return
        if (before := self._kept.pop(key, None)) is not None:
            self._weight -= before.weight
        self._kept[key] = answer
        self._weight += answer.weight
        while self._weight > self._most:
            self._weight -= self._kept.popitem(last=False)[1].weight


def _weight(referrers: tuple[Referrer, ...], ambiguous: tuple[Ambiguity, ...]) -> int:
    """Bytes of a list. Anybody may push a referrer, with annotations of megabytes."""
    return ENTRY * (1 + len(ambiguous)) + sum(ENTRY + len(one.model_dump_json()) for one in referrers)


def _tell(notices: Notices, ambiguous: tuple[Ambiguity, ...]) -> None:
    for one in ambiguous:
        notices.add(one)


def _fits(limit: int, size: int | None = None) -> Fits:
    """Whether a kept document has no more bytes than are allowed, and as many as its descriptor says.

    If not, the registry is asked, and says what is wrong.
    """

    def fits(known: _Answer) -> bool:
        held = len(known.document.data)
        return held <= limit and size in (None, held)

    return fits
