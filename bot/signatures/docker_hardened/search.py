"""Docker Hardened Images: statements and their signatures are referrers in a registry of their own.

Statements refer to the platforms, signatures to the statements. https://github.com/moby/policy-helpers
"""

from collections.abc import Awaitable, Callable
from typing import Final

from bot.attestations.head import is_provenance_type, is_sbom_type
from bot.oci.reference import Reference
from bot.oci.registry import Registry
from bot.signatures.discovery import Location, Source, follow
from bot.signatures.layers import LayerKind, SignatureLayer
from bot.signatures.result import Collector, JudgedLayer
from bot.signatures.search import KnownImage
from bot.signatures.signature import Layout
from bot.values import replace

SCOUT: Final = "registry.scout.docker.com"

Judge = Callable[[list[SignatureLayer], Reference, Registry, Collector], Awaitable[list[JudgedLayer]]]


class Hardened:
    """The search among the referrers in Docker's second registry."""

    def __init__(self, known: KnownImage, registry: Registry, judge: Judge) -> None:
        self._known = known
        self._registry = registry
        self._judge = judge
        self._image = Reference(SCOUT, known.image.repository, digest=known.digest)

    async def search(self, collector: Collector) -> None:
        """Statements about the platforms, then the signatures on those."""
        found = await self._referrers(self._known.platforms, collector)
        told = [layer for layer in found if layer.kind is LayerKind.STATEMENT and _matters(layer)]
        collector.judged.extend(await self._judge(told, self._image, self._registry, collector))
        statements = {layer.manifest: layer for layer in told}
        signed = await self._referrers(tuple(statements), collector)
        signed = [layer for layer in signed if layer.layout is Layout.DHI]
        judged = await self._judge(signed, self._image, self._registry, collector)
        collector.judged.extend(_about_platform(one, statements) for one in judged)

    async def _referrers(self, digests: tuple[str, ...], collector: Collector) -> list[SignatureLayer]:
        candidates = await follow(
            self._image, self._registry, [Location(digest, Source.HARDENED) for digest in digests]
        )
        collector.unreadable.extend(candidates.unreadable)
        if not candidates.found:
            return []
        from bot.signatures.fetch import open_candidates  # noqa: PLC0415 - it imports all that verifies

        return await open_candidates(candidates.found, self._image, self._registry, collector)


def _matters(layer: SignatureLayer) -> bool:
    """There are a dozen kinds of statements beside each of these images; two are judged."""
    return is_sbom_type(layer.announced) or is_provenance_type(layer.announced)


def _about_platform(judged: JudgedLayer, statements: dict[str, SignatureLayer]) -> JudgedLayer:
    """A signature on a statement speaks about that statement's platform."""
    if judged.signature is None:
        return judged
    layer = statements[judged.signature.digest]
    signature = replace(judged.signature, digest=layer.about, predicate_type=layer.announced)
    return JudgedLayer(signature)
