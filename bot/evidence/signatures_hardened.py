"""Docker Hardened Images: statements and their signatures are referrers in a registry of their own.

Statements refer to the platforms, signatures to the statements. https://github.com/moby/policy-helpers
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from bot.attestations.head import is_provenance_type, is_sbom_type
from bot.attestations.signature import Layout
from bot.evidence.search import Known
from bot.evidence.signatures_carrier import Item, Kind
from bot.evidence.signatures_haul import Haul, Judged
from bot.evidence.signatures_leads import Place, Via, follow
from bot.evidence.signatures_opening import open_leads
from bot.oci.reference import Reference
from bot.oci.registry import Registry

SCOUT: Final = "registry.scout.docker.com"
HOMES: Final = frozenset({"docker.io", "dhi.io"})
TITLE: Final = "org.opencontainers.image.title"

Judge = Callable[[list[Item], Reference, Registry, Haul], Awaitable[list[Judged]]]


def is_hardened(known: Known) -> bool:
    """Whether the index says that it is one, and stands where they are published."""
    title = dict(known.annotations).get(TITLE, "")
    return title.startswith("dhi/") and known.image.registry in HOMES


class Hardened:
    """The search among the referrers in Docker's second registry."""

    def __init__(self, known: Known, registry: Registry, judge: Judge) -> None:
        self._known = known
        self._registry = registry
        self._judge = judge
        self._image = Reference(SCOUT, known.image.repository, digest=known.digest)

    async def search(self, haul: Haul) -> None:
        """Statements about the platforms, then the signatures on those."""
        found = await self._referrers(self._known.platforms, haul)
        told = [item for item in found if item.kind is Kind.STATEMENT and _matters(item)]
        haul.judged.extend(await self._judge(told, self._image, self._registry, haul))
        statements = {item.carrier: item for item in told}
        signed = await self._referrers(tuple(statements), haul)
        signed = [item for item in signed if item.kind in {Kind.COSIGN, Kind.BUNDLE}]
        judged = await self._judge(signed, self._image, self._registry, haul)
        haul.judged.extend(_about_platform(one, statements) for one in judged)

    async def _referrers(self, digests: tuple[str, ...], haul: Haul) -> list[Item]:
        leads = await follow(self._image, self._registry, [Place(digest, Via.REFERRER) for digest in digests])
        haul.round_trips += bool(digests)
        haul.unreadable.extend(leads.unreadable)
        return await open_leads(leads.found, self._image, self._registry, haul)


def _matters(item: Item) -> bool:
    """There are a dozen kinds of statements beside each of these images; two are judged."""
    return is_sbom_type(item.announced) or is_provenance_type(item.announced)


def _about_platform(judged: Judged, statements: dict[str, Item]) -> Judged:
    """A signature on a statement speaks about that statement's platform."""
    if judged.signature is None:
        return judged
    item = statements[judged.signature.digest]
    signature = replace(judged.signature, layout=Layout.DHI, digest=item.about, predicate_type=item.announced)
    return Judged(signature)
