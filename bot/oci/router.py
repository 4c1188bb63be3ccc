"""One registry for all references: layouts on disk, mirrors, and everything else over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import ForbiddenAddressError, RegistryError
from bot.oci.manifest import MANIFEST_MAX, Content, Descriptor
from bot.oci.mirrors import Mirrors
from bot.oci.reference import Reference
from bot.oci.registry import Registry

if TYPE_CHECKING:
    from bot.oci.layout import LayoutRegistry


class Router:
    """Sends each question to who can answer it. `layouts`: references may name folders themselves."""

    def __init__(self, http: Registry, mirrors: Mirrors, *, layouts: bool = False) -> None:
        self._http = http
        self._mirrors = mirrors
        self._layouts = layouts
        self._opened: dict[Path, LayoutRegistry] = {}

    async def manifest(self, reference: Reference, *, limit: int = MANIFEST_MAX) -> Content:
        """See Registry.manifest."""
        with self._route(reference) as (registry, there):
            return await registry.manifest(there, limit=limit)

    async def resolve(self, reference: Reference) -> str:
        """See Registry.resolve."""
        with self._route(reference) as (registry, there):
            return await registry.resolve(there)

    async def blob(self, reference: Reference, descriptor: Descriptor, *, limit: int) -> Content:
        """See Registry.blob."""
        with self._route(reference) as (registry, there):
            return await registry.blob(there, descriptor, limit=limit)

    async def referrers(self, reference: Reference) -> tuple[Descriptor, ...]:
        """See Registry.referrers."""
        with self._route(reference) as (registry, there):
            return await registry.referrers(there)

    async def tags(self, reference: Reference) -> tuple[str, ...]:
        """See Registry.tags."""
        with self._route(reference) as (registry, there):
            return await registry.tags(there)

    @contextmanager
    def _route(self, reference: Reference) -> Iterator[tuple[Registry, Reference]]:
        """The registry that answers, and the name to use there. Errors of a mirror also name the requested image."""
        if reference.layout:
            if not self._layouts:
                raise ForbiddenAddressError("layouts on disk are read in a terminal alone", host=reference.registry)
            yield self._layout(Path(reference.layout)), reference
            return
        mirror = self._mirrors.find(reference)
        try:
            match mirror:
                case Reference():
                    yield self._http, mirror
                case Path():
                    yield self._layout(mirror), reference
                case None:
                    yield self._http, reference
        except RegistryError as error:
            if mirror is not None:
                place = mirror.name if isinstance(mirror, Reference) else f"oci:{mirror}"
                error.args = (f"{reference.name}, read from its mirror {place}: {error}",)
            raise

    def _layout(self, folder: Path) -> "LayoutRegistry":
        """One a folder: it remembers what it has seen of who refers to whom."""
        from bot.oci.layout import LayoutRegistry  # noqa: PLC0415 - most images are in registries

        return self._opened.setdefault(folder, LayoutRegistry(folder))
