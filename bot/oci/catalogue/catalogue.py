"""Asks each registry in the way that costs least, and falls back to the list of names that every registry has."""

import logging
from collections.abc import Mapping
from typing import Final

from bot.errors import DeniedError, NotFoundError, RegistryError, UnavailableError
from bot.oci.caller import Caller
from bot.oci.catalogue.apis import TagApi, tag_api
from bot.oci.catalogue.listing import IsKnown, ListedTag, TagListing
from bot.oci.mirrors import Mirrors
from bot.oci.reference import Reference
from bot.oci.registry import Registry

API_LIFE: Final = 24 * 3600.0
"""Seconds for which a repository that the API does not show is asked for its list of names at once."""

UNSHOWN_MAX: Final = 1000
"""Repositories of which that is remembered."""

log = logging.getLogger(__name__)


class Catalogue:
    """Lists of tags and of repositories. `registry` answers with names alone, layouts and mirrors included."""

    def __init__(self, caller: Caller, registry: Registry, mirrors: Mirrors, apis: Mapping[str, str]) -> None:
        self._caller = caller
        self._registry = registry
        self._mirrors = mirrors
        self._apis = apis
        self._unshown: dict[str, float] = {}

    def api(self, registry: str) -> TagApi:
        """Which API that registry has."""
        return tag_api(registry, self._apis)

    async def tags(self, reference: Reference, *, is_known: IsKnown, whole: bool = False) -> TagListing:
        """The tags of the reference's repository.

        Where the registry lists the newest first, and unless the `whole` list is asked for, only the pages before the
        first tag that is known. Raises RegistryError.
        """
        there = self._mirrors.find(reference)
        if there is None or isinstance(there, Reference):
            listing = await self._shown(there or reference, is_known=is_known, whole=whole)
            if listing is not None:
                return listing
        return TagListing(tuple(map(ListedTag, await self._registry.tags(reference))), is_whole=True)

    async def repositories(self, registry: str, namespace: str) -> tuple[str, ...]:
        """The public repositories of a namespace, as namespace/name; only where `api(registry)` lists them.

        A mirror that lists them is asked in place of the registry. Raises RegistryError.
        """
        reference = Reference(registry, f"{namespace}/x", "x")  # stands for the registry; its name is not asked for
        there = self._mirrors.find(reference)
        if isinstance(there, Reference) and self.api(there.registry) is not TagApi.TAGS:
            inside = there.repository.rpartition("/")[0]
            names = (name.rpartition("/")[2] for name in await self._repositories(there, inside))
            return tuple(f"{namespace}/{name}" for name in names)
        return await self._repositories(reference, namespace)

    async def _repositories(self, reference: Reference, namespace: str) -> tuple[str, ...]:
        match self.api(registry := reference.registry):
            case TagApi.QUAY:
                from bot.oci.catalogue import quay  # noqa: PLC0415 - each API is imported when it is asked

                return await quay.list_repositories(self._caller, reference, namespace)
            case TagApi.HUB:
                from bot.oci.catalogue import hub  # noqa: PLC0415 - as above

                return await hub.list_repositories(self._caller, reference, namespace)
            case TagApi.TAGS:
                raise RegistryError(f"{registry} does not list its repositories", host=registry)

    async def _shown(self, there: Reference, *, is_known: IsKnown, whole: bool) -> TagListing | None:
        """What the API shows; None when it does not show that repository, or Docker Hub's, elsewhere, is down."""
        try:
            return await self._by_api(there, is_known=is_known, whole=whole)
        except (NotFoundError, DeniedError) as error:
            log.info("tag_api_not_used", extra={"repository": there.name, "why": str(error)})
            self._remember(there.name)
        except UnavailableError as error:
            if self.api(there.registry) is not TagApi.HUB:
                raise
            log.info("tag_api_not_used", extra={"repository": there.name, "why": str(error)})
        return None

    async def _by_api(self, there: Reference, *, is_known: IsKnown, whole: bool) -> TagListing | None:
        if self._caller.clock() < self._unshown.get(there.name, 0.0):
            return None
        match self.api(there.registry):
            case TagApi.QUAY:
                from bot.oci.catalogue import quay  # noqa: PLC0415 - as above

                return await quay.list_tags(self._caller, there, is_known=is_known, whole=whole)
            case TagApi.HUB:
                from bot.oci.catalogue import hub  # noqa: PLC0415 - as above

                return await hub.list_tags(self._caller, there)
            case TagApi.TAGS:
                return None

    def _remember(self, name: str) -> None:
        self._unshown.pop(name, None)
        self._unshown[name] = self._caller.clock() + API_LIFE
        if len(self._unshown) > UNSHOWN_MAX:
            del self._unshown[next(iter(self._unshown))]
