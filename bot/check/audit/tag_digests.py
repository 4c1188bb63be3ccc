"""What tags stand for: each is read where that saves a request, else asked for with a HEAD.

A version's document is read anyway, so a HEAD of its tag before that is a request too many. But several tags may stand
for one document, and then a HEAD has fewer bytes. On Docker Hub each document that is read is a counted pull, and a
HEAD is none.
"""

from collections import Counter
from typing import Final

from bot.oci.reference import Reference
from bot.oci.registry import Registry

PULLS_COUNTED: Final = frozenset({"docker.io"})
"""Registries that count what is read by a tag."""

VAIN_MAX: Final = 3
"""Tags of a repository that are read in vain, since their document is there already; then come HEADs."""

READ_MAX: Final = 1000
"""Documents that are read before their versions are looked at; as many are held until then."""


class TagDigests:
    """The digests of one audit's tags."""

    def __init__(self, registry: Registry) -> None:
        """`registry` remembers what it has read by a tag (bot/oci/sharing.py)."""
        self._registry = registry
        self._read: set[tuple[str, str]] = set()  # repositories and digests
        self._vain: Counter[str] = Counter()

    async def of(self, image: Reference) -> str:
        """The digest. Raises RegistryError."""
        if self._is_for_head(image):
            return await self._registry.resolve(image)
        content = await self._registry.manifest(image)
        digest = content.also or content.digest  # as a HEAD names it
        if (image.name, digest) in self._read:
            self._vain[image.name] += 1
        self._read.add((image.name, digest))
        return digest

    def _is_for_head(self, image: Reference) -> bool:
        is_full = len(self._read) >= READ_MAX
        return is_full or image.registry in PULLS_COUNTED or self._vain[image.name] >= VAIN_MAX
