"""A registry in memory behind the port, for tests that look at very many images. Nothing is attached to any of them."""

from msgspec import Struct

from bot.errors import NotFoundError, UntrustworthyError
from bot.oci.manifest import MANIFEST_MAX, Content, Descriptor
from bot.oci.reference import Reference
from bot.oci.referrer_list import Referrer
from tests.evidence.forging import Forger
from tests.registry_shelf import digest_of


class Memory(Struct):
    """Everything that a forger made; the tag stands for the last document."""

    forger: Forger

    async def manifest(self, reference: Reference, *, limit: int = MANIFEST_MAX) -> Content:
        del limit
        data, media_type = self._find(reference)
        return Content(data, digest_of(data), media_type)

    async def resolve(self, reference: Reference) -> str:
        return digest_of(self._find(reference)[0])

    async def blob(self, reference: Reference, descriptor: Descriptor, *, limit: int) -> Content:
        del limit
        for data in self.forger.blobs:
            if digest_of(data) == descriptor.digest and len(data) != descriptor.size:
                raise UntrustworthyError(f"{descriptor.digest} has another size", host=reference.registry)
            if digest_of(data) == descriptor.digest:
                return Content(data, descriptor.digest, descriptor.media_type)
        raise NotFoundError(f"no blob {descriptor.digest}", host=reference.registry)

    async def referrers(self, reference: Reference) -> tuple[Referrer, ...]:
        del reference
        return ()

    async def tags(self, reference: Reference) -> tuple[str, ...]:
        del reference
        return ()

    def _find(self, reference: Reference) -> tuple[bytes, str]:
        made = self.forger.manifests
        found = [one for one in made if not reference.digest or digest_of(one[0]) == reference.digest]
        if not found:
            raise NotFoundError(f"no manifest {reference}", host=reference.registry)
        return found[-1]
