"""Asking a registry for the parts of one image, a level at once: each comes back, or says why it did not."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import nullcontext
from typing import Final, TypeVar

from msgspec import Struct

from bot.errors import NotFoundError, RegistryError, TooLargeError, UntrustworthyError
from bot.evidence import Requests, Unreadable
from bot.evidence.options import Limit
from bot.oci.manifest import Content, Descriptor
from bot.oci.reference import Reference
from bot.oci.registry import Registry
from bot.oci.tally import Tally, joined
from bot.unreadable import unreadable

IN_LOOP_MAX: Final = 64 * 1024
"""Bytes of a document that is read at once; a larger one goes to a thread and lets others go on."""

LARGE: Final = 1024 * 1024
"""Bytes; most statements have less."""

LARGE_AT_ONCE: Final = 2
"""Large blobs in memory: one is read while the next one comes."""

K = TypeVar("K")
R = TypeVar("R")


class Gone(Struct, frozen=True):
    """The registry answered that it does not have it, although a document names it."""


Answer = Content | Gone | Unreadable


class Asking:
    """One image's questions to its registry: bounded, counted, and not about `held`, its document that is there."""

    def __init__(self, image: Reference, held: Content, registry: Registry, counts: Tally, *, concurrency: int) -> None:
        self.image = image.at(held.digest)
        self.held = held
        self.registry = registry
        self._counts = counts
        self._turns = asyncio.Semaphore(concurrency)
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)

    @property
    def spent(self) -> Requests:
        """What was asked so far, by whoever asks beside us, too."""
        return Requests(self._counts.total, self._counts.manifest_pulls, self._counts.round_trips)

    async def manifests(self, wanted: Iterable[Descriptor]) -> dict[str, Answer]:
        """Manifests by digest, all at once. One that has not the size of all its descriptors is not what is named."""
        sizes = _sizes(wanted)
        here: dict[str, Answer] = {digest: self.held for digest in sizes if digest == self.held.digest}
        found = await self._round([digest for digest in sizes if digest not in here], self._manifest)
        return {digest: _of_size(answer, sizes[digest]) for digest, answer in (here | found).items()}

    async def blobs(self, wanted: Iterable[tuple[Descriptor, Limit]]) -> dict[str, Answer]:
        """Blobs, each with the limit on its bytes, all at once; by their digests."""
        return await self.reduced(wanted, _whole)

    async def reduced(
        self, wanted: Iterable[tuple[Descriptor, Limit]], reduce: Callable[[str, Content], Awaitable[R]]
    ) -> dict[str, R | Gone | Unreadable]:
        """The same, and of each only what `reduce` makes of its digest and content, as soon as it is there.

        All blobs of an image together may have 128 MB. So no more than `concurrency` of them are held at once, and of
        the large ones LARGE_AT_ONCE.
        """
        wanted = list(wanted)
        by_digest = {descriptor.digest: (descriptor, limit) for descriptor, limit in wanted}
        sizes = _sizes(descriptor for descriptor, _ in wanted)

        async def ask(digest: str) -> R:
            descriptor, limit = by_digest[digest]
            if len(sizes[digest]) > 1:
                raise UntrustworthyError(_other_size(digest, sizes[digest]), host=self.image.registry)
            async with self._large if descriptor.size > LARGE else nullcontext():
                return await reduce(digest, await self._blob(descriptor, limit))

        return await self._round(by_digest, ask)

    async def _manifest(self, digest: str) -> Content:
        return await self.registry.manifest(self.image.at(digest))

    async def _blob(self, descriptor: Descriptor, limit: Limit) -> Content:
        if descriptor.size > limit.bytes:
            raise TooLargeError(f"{descriptor.digest} has {descriptor.size} bytes, more than {limit}")
        return await self.registry.blob(self.image, descriptor, limit=limit.bytes)

    async def _round(self, keys: Iterable[K], ask: Callable[[K], Awaitable[R]]) -> dict[K, R | Gone | Unreadable]:
        """One round trip: every question at once, none of which can spoil the others."""
        keys = list(keys)
        if not keys:
            return {}
        async with asyncio.TaskGroup() as group:
            tasks = {key: group.create_task(self._answer(ask, key)) for key in keys}
        joined()
        return {key: task.result() for key, task in tasks.items()}

    async def _answer(self, ask: Callable[[K], Awaitable[R]], key: K) -> R | Gone | Unreadable:
        waits = self._turns.locked()
        async with self._turns:
            if waits:
                joined()
            try:
                return await ask(key)
            except NotFoundError:
                return Gone()
            except RegistryError as error:
                return unreadable(error)


def _sizes(wanted: Iterable[Descriptor]) -> dict[str, set[int]]:
    """What descriptors say of each digest; containerd refuses bytes of another size, others do not look."""
    sizes: dict[str, set[int]] = {}
    for descriptor in wanted:
        sizes.setdefault(descriptor.digest, set()).add(descriptor.size)
    return sizes


def _of_size(answer: Answer, sizes: set[int]) -> Answer:
    if isinstance(answer, Content) and sizes != {len(answer.data)}:
        return Unreadable(_other_size(answer.digest, sizes, len(answer.data)), digest=answer.digest)
    return answer


def _other_size(digest: str, sizes: set[int], own: int | None = None) -> str:
    told = " and ".join(map(str, sorted(sizes)))
    return f"{digest} should have {told} bytes by what names it" + ("" if own is None else f", and has {own}")


async def _whole(_: str, content: Content) -> Content:
    return content


async def aside(data: bytes, read: Callable[..., R], *arguments: object) -> R:
    """What `read` makes of these arguments, of which `data` is the large one."""
    return read(*arguments) if len(data) <= IN_LOOP_MAX else await asyncio.to_thread(read, *arguments)


async def breathe(data: bytes) -> None:
    """Let others go on before a large document is read in the loop: an image may have hundreds of them."""
    if len(data) > IN_LOOP_MAX:
        await asyncio.sleep(0)
