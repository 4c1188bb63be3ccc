"""One registry for all references: layouts on disk, mirrors, and everything else over HTTP."""

from pathlib import Path

from bot.errors import ForbiddenAddressError
from bot.oci.layout import Layout
from bot.oci.manifest import MANIFEST_MAX, Content, Descriptor
from bot.oci.mirrors import Mirrors
from bot.oci.reference import Reference
from bot.oci.registry import Registry


class Router:
    """Sends each question to who can answer it. `layouts`: references may name folders themselves."""

    def __init__(self, http: Registry, mirrors: Mirrors, *, layouts: bool = False) -> None:
        self._http = http
        self._mirrors = mirrors
        self._layouts = layouts
        self._opened: dict[Path, Layout] = {}

    async def manifest(self, reference: Reference, *, limit: int = MANIFEST_MAX) -> Content:
        """See Registry.manifest."""
        registry, there = self._route(reference)
        return await registry.manifest(there, limit=limit)

    async def resolve(self, reference: Reference) -> str:
        """See Registry.resolve."""
        registry, there = self._route(reference)
        return await registry.resolve(there)

    async def blob(self, reference: Reference, descriptor: Descriptor, *, limit: int) -> Content:
        """See Registry.blob."""
        registry, there = self._route(reference)
        return await registry.blob(there, descriptor, limit=limit)

    async def referrers(self, reference: Reference) -> tuple[Descriptor, ...]:
        """See Registry.referrers."""
        registry, there = self._route(reference)
        return await registry.referrers(there)

    async def tags(self, reference: Reference) -> tuple[str, ...]:
        """See Registry.tags."""
        registry, there = self._route(reference)
        return await registry.tags(there)

    def _route(self, reference: Reference) -> tuple[Registry, Reference]:
        """Who answers, and under which name."""
        if reference.layout:
            if not self._layouts:
                raise ForbiddenAddressError("layouts on disk are read in a terminal alone", host=reference.registry)
            return self._layout(Path(reference.layout)), reference
        match self._mirrors.find(reference):
            case Reference() as mirrored:
                return self._http, mirrored
            case Path() as folder:
                return self._layout(folder), reference
            case None:
                return self._http, reference

    def _layout(self, folder: Path) -> Layout:
        """One a folder: it remembers what it has seen of who refers to whom."""
        return self._opened.setdefault(folder, Layout(folder))
