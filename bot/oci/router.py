"""One registry for all references: layouts on disk, mirrors, and everything else over HTTP."""

from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import ForbiddenAddressError, RegistryError
from bot.oci.manifest import MANIFEST_MAX, Content, Descriptor
from bot.oci.mirrors import Mirrors
from bot.oci.reference import Reference
from bot.oci.referrer_list import Referrer
from bot.oci.registry import Registry

if TYPE_CHECKING:
    from bot.oci.layout import LayoutRegistry


class Route:
    """Who answers, and the name to use there. Errors of a mirror also name the requested image.

    A class: each request has one, and a generator is slower.
    """

    __slots__ = ("_asked", "_mirror", "_registry", "_there")

    def __init__(self, registry: Registry, there: Reference, asked: Reference, mirror: str = "") -> None:
        """`mirror`: what the mirror is called, "" where there is none."""
        self._registry = registry
        self._there = there
        self._asked = asked
        self._mirror = mirror

    def __enter__(self) -> tuple[Registry, Reference]:
        return self._registry, self._there

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if self._mirror and isinstance(error, RegistryError):
            error.args = (f"{self._asked.name}, read from its mirror {self._mirror}: {error}",)


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

    async def referrers(self, reference: Reference) -> tuple[Referrer, ...]:
        """See Registry.referrers."""
        with self._route(reference) as (registry, there):
            return await registry.referrers(there)

    async def tags(self, reference: Reference) -> tuple[str, ...]:
        """See Registry.tags."""
        with self._route(reference) as (registry, there):
            return await registry.tags(there)

    def _route(self, reference: Reference) -> Route:
        """The registry that answers, and the name to use there. Raises ForbiddenAddressError."""
        if reference.layout:
            if not self._layouts:
                raise ForbiddenAddressError("layouts on disk are read in a terminal alone", host=reference.registry)
            return Route(self._layout(Path(reference.layout)), reference, reference)
        match mirror := self._mirrors.find(reference):
            case Reference():
                return Route(self._http, mirror, reference, mirror.name)
            case Path():
                return Route(self._layout(mirror), reference, reference, f"oci:{mirror}")
            case None:
                return Route(self._http, reference, reference)

    def _layout(self, folder: Path) -> "LayoutRegistry":
        """One a folder: it remembers what it has seen of who refers to whom."""
        from bot.oci.layout import LayoutRegistry  # noqa: PLC0415 - most images are in registries

        return self._opened.setdefault(folder, LayoutRegistry(folder))
