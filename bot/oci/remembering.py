"""A registry that fetches no content twice: what was read by its digest is remembered, and cannot have changed.

Nothing in the memory is trusted. Bytes count only when they hash to the digest that was asked for, and what a manifest
is is read from its own bytes. So a writer of the memory can only make us ask the registry again.
What a tag stands for, who refers to a digest, and what was not there before, is asked each time.
"""

import hashlib
import json
import logging
from collections.abc import Collection
from typing import Final, Protocol

from msgspec import Struct, field

from bot.errors import StoreError
from bot.oci.manifest import MANIFEST_MAX, Content, Descriptor
from bot.oci.reference import Reference
from bot.oci.referrer_list import Referrer
from bot.oci.registry import Registry
from bot.values import replace

REMEMBERED_MAX: Final = 512 * 1024
"""Bytes of one document: each is looked through for secrets first, which takes a second for a megabyte. A larger SBOM
is fetched again, which no registry counts as a pull."""

CHECK_REMEMBERED_MAX: Final = 2 * 1024 * 1024
"""Bytes that one check holds to be kept at its end; what comes after that is fetched again."""

_ALGORITHMS: Final = frozenset({"sha256", "sha512"})

log = logging.getLogger(__name__)


class ContentMemory(Protocol):
    """Keeps bytes by the name of a repository and their digest. Every method may raise StoreError."""

    async def get(self, name: str, digest: str) -> bytes | None:
        """The stored bytes, not verified."""

    async def keep(self, name: str, contents: Collection[tuple[str, bytes]]) -> None:
        """Keep these bytes, each under its digest."""


class RememberingRegistry(Struct):
    """A `Registry` for one check. With `fresh` it fetches everything again; what it read can still be kept.

    If the memory does not have the `image` itself, it is asked for nothing else: all of an image is kept together.
    `read` is what was fetched and is worth keeping, by repository and digest.
    """

    registry: Registry
    memory: ContentMemory
    image: Reference
    fresh: bool = False
    read: dict[tuple[str, str], Content] = field(default_factory=dict)
    _tags: dict[str, str] = field(default_factory=dict)
    _held: int = 0
    _is_new: bool = False

    async def manifest(self, reference: Reference, *, limit: int = MANIFEST_MAX) -> Content:
        """See Registry.manifest. For a tag that was read before, a HEAD."""
        if not reference.digest:
            return await self._of_tag(reference, limit)
        known = await self._known(reference.name, reference.digest, limit)
        if known is not None and (media_type := _own_type(known.data)):
            return replace(known, media_type=media_type)
        content = self._noted(reference.name, await self.registry.manifest(reference, limit=limit), is_manifest=True)
        self._note_new(reference, content, is_known=known is not None)
        return content

    async def resolve(self, reference: Reference) -> str:
        """See Registry.resolve. A tag whose content was remembered has been resolved a moment ago."""
        known = self._tags.get(str(reference))
        return known or await self.registry.resolve(reference)

    async def blob(self, reference: Reference, descriptor: Descriptor, *, limit: int) -> Content:
        """See Registry.blob."""
        known = await self._known(reference.name, descriptor.digest, limit)
        if known is not None and len(known.data) == descriptor.size:
            return replace(known, media_type=descriptor.media_type)
        return self._noted(reference.name, await self.registry.blob(reference, descriptor, limit=limit))

    async def referrers(self, reference: Reference) -> tuple[Referrer, ...]:
        """See Registry.referrers."""
        return await self.registry.referrers(reference)

    async def tags(self, reference: Reference) -> tuple[str, ...]:
        """See Registry.tags."""
        return await self.registry.tags(reference)

    async def keep(self, *, without: Collection[str] = ()) -> None:
        """Keep what was read, but for the documents with these digests. Raises StoreError."""
        by_name: dict[str, list[tuple[str, bytes]]] = {}
        for (name, digest), content in self.read.items():
            if digest not in without:
                by_name.setdefault(name, []).append((digest, content.data))
        for name, contents in by_name.items():
            await self.memory.keep(name, contents)

    async def _of_tag(self, reference: Reference, limit: int) -> Content:
        """The tag's own key holds what it stood for last: only a hint on whether a HEAD is worth it."""
        known, hint = None, await self._get(reference.name, reference.tag)
        if hint is not None:
            digest = await self.registry.resolve(reference)
            known = await self._known(reference.name, digest, limit)
            if known is not None and (media_type := _own_type(known.data)):
                self._tags[str(reference)] = digest
                return replace(known, media_type=media_type)
        content = self._noted(reference.name, await self.registry.manifest(reference, limit=limit), is_manifest=True)
        if hint is None:  # the same content may be there under another tag
            known = await self._known(reference.name, content.digest, limit)
        self._note_new(reference, content, is_known=known is not None)
        if (reference.name, content.digest) in self.read:
            self.read[reference.name, reference.tag] = Content(content.digest.encode(), content.digest)
        return content

    async def _known(self, name: str, digest: str, limit: int) -> Content | None:
        """Remembered bytes that hash to the digest."""
        algorithm, _, expected = digest.partition(":")
        if algorithm not in _ALGORITHMS:
            return None
        data = await self._get(name, digest)
        if data is None or len(data) > limit:
            return None
        if hashlib.new(algorithm, data).hexdigest() != expected:
            log.warning("remembered_content_does_not_match", extra={"repository": name, "digest": digest})
            return None
        return Content(data, digest)

    def _note_new(self, reference: Reference, content: Content, *, is_known: bool) -> None:
        """What is not worth keeping is never known, and says nothing about the rest of the image."""
        if reference == self.image:
            self._is_new = not is_known and (reference.name, content.digest) in self.read

    async def _get(self, name: str, key: str) -> bytes | None:
        if self.fresh or self._is_new:
            return None
        try:
            return await self.memory.get(name, key)
        except StoreError as error:
            log.warning("content_not_remembered", extra={"repository": name, "why": str(error)})
            return None

    def _noted(self, name: str, content: Content, *, is_manifest: bool = False) -> Content:
        """Worth keeping: what says itself what it is, since nothing else about it can be verified later."""
        size = len(content.data)
        if size > REMEMBERED_MAX or self._held + size > CHECK_REMEMBERED_MAX:
            return content
        if not is_manifest or _own_type(content.data) == content.media_type:
            self._held += size
            self.read[name, content.digest] = content
        return content


def _own_type(data: bytes) -> str:
    """The media type that a manifest states of itself, "" when it states none."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return ""
    stated = document.get("mediaType") if isinstance(document, dict) else None
    return stated if isinstance(stated, str) else ""
