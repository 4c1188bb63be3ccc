"""An OCI image layout, a folder with blobs and an index.json, behind the same port as a registry.

https://github.com/opencontainers/image-spec/blob/main/image-layout.md
"""

import asyncio
import os
from pathlib import Path
from typing import Final

from bot.errors import DanglingTagError, InvalidReferenceError, MalformedError, NotFoundError, UnavailableError
from bot.oci import layout_names, tally
from bot.oci.ambiguity import noticing, reading
from bot.oci.documents import read
from bot.oci.layout_files import blob_path, read_blob, read_file
from bot.oci.layout_names import Entry, LayoutIndex
from bot.oci.layout_referrers import Referrers
from bot.oci.manifest import MANIFEST_MAX, Content, Descriptor
from bot.oci.reference import LAYOUT_PREFIX, Reference, fallback_tag, is_digest, is_evidence_tag
from bot.oci.referrer_list import Referrer

LAYOUT_INDEX_MAX: Final = 4 * 1024 * 1024
"""Bytes of index.json; one of 10,000 entries has about 3 MB."""

PATH_MAX: Final = 4096
"""Characters of a layout's path, as the kernel allows."""


class LayoutRegistry:
    """A layout as a Registry. It is read anew for each question, so a tag may move while we look."""

    def __init__(self, path: Path) -> None:
        self._root = path
        self._referrers = Referrers(path)

    async def manifest(self, reference: Reference, *, limit: int = MANIFEST_MAX) -> Content:
        """The manifest or index that the tag or digest names. See Registry.manifest for the errors."""
        if reference.digest:
            tally.answered_at_once(pull=True)
            return await self._blob(reference.digest, limit=limit)
        try:
            descriptor = await asyncio.to_thread(self._find, reference)
        except NotFoundError:
            tally.answered_at_once()
            raise
        tally.answered_at_once(pull=True)
        try:
            content = await self._blob(descriptor.digest, limit=limit, size=descriptor.size)
        except NotFoundError as error:
            raise DanglingTagError(str(error), digest=descriptor.digest, host=error.host) from error
        return Content(content.data, content.digest, descriptor.media_type)

    async def resolve(self, reference: Reference) -> str:
        """The digest that the tag stands for at this moment."""
        tally.answered_at_once()
        if reference.digest:
            return (await self._blob(reference.digest, limit=MANIFEST_MAX)).digest
        return (await asyncio.to_thread(self._find, reference)).digest

    async def blob(self, _: Reference, descriptor: Descriptor, *, limit: int) -> Content:
        """A blob with the descriptor's digest and size."""
        tally.answered_at_once()
        content = await self._blob(descriptor.digest, limit=limit, size=descriptor.size)
        return Content(content.data, content.digest, descriptor.media_type)

    async def referrers(self, reference: Reference) -> tuple[Referrer, ...]:
        """Manifests of the layout that have the digest as their subject, and those that its fallback tag lists."""
        tally.answered_at_once()
        return await asyncio.to_thread(self._referring, reference)

    async def tags(self, _: Reference) -> tuple[str, ...]:
        """All tags in index.json, signatures' tags too."""
        tally.answered_at_once()
        return layout_names.tags(await asyncio.to_thread(self.entries))

    def entries(self) -> tuple[Entry, ...]:
        """What index.json lists. Raises NotFoundError when the folder is not a layout, else as Registry does.

        An index.json that two readers may read in two ways names no image: skopeo might take another one than we do.
        """
        data = read_file(self._root, self._root / "index.json", limit=LAYOUT_INDEX_MAX)
        try:
            with noticing() as notices, reading("index.json"):
                listed = layout_names.entries(read(data, LayoutIndex, what="index.json"))
        except MalformedError as error:
            raise UnavailableError(
                f"oci:{self._root} is not an OCI layout: {error}", host=f"oci:{self._root}"
            ) from error
        if notices.all:
            key = notices.all[0].key
            raise UnavailableError(
                f"index.json of oci:{self._root} can be read in two ways: its key {key!r} is there twice, or in another"
                " case",
                host=f"oci:{self._root}",
            )
        return listed

    async def _blob(self, digest: str, *, limit: int, size: int | None = None) -> Content:
        content = await asyncio.to_thread(read_blob, self._root, digest, limit=limit, size=size)
        tally.current().add_bytes(len(content.data))
        return content

    def _find(self, reference: Reference) -> Descriptor:
        listed = self.entries()
        if found := self._only(listed, reference):
            return found
        has = ", ".join(_image_tags(listed)[:20]) or "none"
        raise NotFoundError(
            f"oci:{self._root} has no image {reference.tag!r}; its tags: {has}",
            host=f"oci:{self._root}",
        )

    def _only(self, listed: tuple[Entry, ...], reference: Reference) -> Descriptor | None:
        """What the tag stands for. Of two signatures under one tag each may be the good one, so none is absent."""
        found = layout_names.find(listed, reference)
        if len(found) < 2:  # noqa: PLR2004 - of two, nobody knows which one is meant
            return next(iter(found), None)
        if is_evidence_tag(reference.tag):
            text = f"{len(found)} manifests of oci:{self._root} have the tag {reference.tag!r}"
            raise UnavailableError(f"{text}, so it is not known which one is meant", host=f"oci:{self._root}")
        has = ", ".join(_image_tags(listed)[:20])
        text = f"{len(found)} images of oci:{self._root} have the tag {reference.tag!r}; name one by its digest"
        raise NotFoundError(f"{text} or whole name; the layout has: {has}", host=f"oci:{self._root}")

    def _referring(self, reference: Reference) -> tuple[Referrer, ...]:
        listed = self.entries()
        self._require_there(listed, reference.digest)
        fallback = self._only(listed, reference.tagged(fallback_tag(reference.digest)))
        found = self._referrers.listed(fallback) + self._referrers.by_subject(reference.digest)
        return tuple({descriptor.digest: descriptor for descriptor in reversed(found)}.values())[::-1]

    def _require_there(self, listed: tuple[Entry, ...], digest: str) -> None:
        """An entry without a name and a platform may refer to the digest; when its file is gone, nobody can tell.

        Raises UnavailableError.
        """
        for entry in listed:
            one = entry.descriptor
            if not entry.names and one.platform is None and one.digest != digest and not self._holds(one.digest):
                text = (
                    f"index.json of oci:{self._root} names {one.digest}, which is not there and may refer to {digest}"
                )
                raise UnavailableError(text, host=f"oci:{self._root}")

    def _holds(self, digest: str) -> bool:
        return os.path.lexists(blob_path(self._root, digest))


def parse_layout(text: str) -> Reference:
    """Read `oci:PATH`, `oci:PATH:TAG` or either with `@DIGEST`; PATH is a folder with an index.json.

    Without a tag the layout's only image is meant. Raises InvalidReferenceError, which lists the tags when there are
    several, and RegistryError when index.json cannot be read.
    """
    path, tag, digest = _split(text)
    reference = Reference(f"{LAYOUT_PREFIX}{path}", "", tag, digest)
    if tag or digest:
        return reference
    listed = LayoutRegistry(Path(path)).entries()
    names = _image_tags(listed)
    if len(names) == 1:
        return reference.tagged(names[0])
    if not names and (only := _only_image(listed)):
        return reference.at(only)
    told = f"say which one: {', '.join(names)}" if names else "none has a tag; name a digest, oci:PATH@sha256:…"
    raise InvalidReferenceError(f"oci:{path} holds {len(names) or 'several'} images; {told}")


def _split(text: str) -> tuple[str, str, str]:
    """Path, tag and digest; a colon belongs to the path when such a layout is there."""
    rest, _, digest = text.removeprefix(LAYOUT_PREFIX).rpartition("@")
    if not is_digest(digest):
        rest, digest = text.removeprefix(LAYOUT_PREFIX), ""
    if not text.startswith(LAYOUT_PREFIX) or not rest or len(rest) > PATH_MAX or not rest.isprintable():
        raise InvalidReferenceError(f"{text[:80]!r} is not an image in a layout. Example: oci:./build/image:1.15.0")
    colons = [position for position, character in enumerate(rest) if character == ":"]
    for end in (len(rest), *colons):
        if _is_layout(rest[:end]):
            return rest[:end], rest[end + 1 :], digest
    path, _, tag = rest.partition(":")
    return path, tag, digest


def _is_layout(path: str) -> bool:
    try:
        return bool(path) and (Path(path) / "index.json").is_file()
    except OSError:  # a name that the file system does not allow, or a folder that we may not look into
        return False


def _image_tags(listed: tuple[Entry, ...]) -> tuple[str, ...]:
    """The tags that stand for images, not for evidence about them."""
    return tuple(tag for tag in layout_names.tags(listed) if not is_evidence_tag(tag))


def _only_image(listed: tuple[Entry, ...]) -> str:
    """The digest of the only entry that has no name and is not an artifact; "" when there is more than one."""
    digests = {e.descriptor.digest for e in listed if not e.names and not e.descriptor.artifact_type}
    return digests.pop() if len(digests) == 1 else ""
