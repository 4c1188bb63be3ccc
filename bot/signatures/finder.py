"""The search for signatures: where they may be, what was found there, and whether it holds.

Three levels: the places, all at once and beside the attestation manifests; the manifests that were found, some of them
while other places are asked; their layers. An image that nobody signed costs the first level alone, and no counted
pull. Nothing that verifies is imported before there is something to verify.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.oci.reference import Reference
from bot.oci.registry import Registry
from bot.signatures.discovery import follow, locations
from bot.signatures.docker_hardened.published import is_hardened
from bot.signatures.options import SearchLimits
from bot.signatures.result import Collector, JudgedLayer
from bot.signatures.search import EnvelopeLayer, KnownImage, SearchResult
from bot.signatures.signature import Signature
from bot.unreadable import over_limit

if TYPE_CHECKING:
    from bot.signatures.layers import SignatureLayer
    from bot.signatures.roots.root import Trust
    from bot.signatures.stored import StoredBundle


class SignatureFinder:
    """A SignatureSearch. `trust` is asked for only when there is something to judge: reading roots takes time."""

    def __init__(
        self,
        trust: "Callable[[], Trust]",
        *,
        limits: SearchLimits | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._trust = trust
        self._limits = limits or SearchLimits()
        self._clock = clock

    async def search(self, known: KnownImage, registry: Registry) -> SearchResult:
        """Everything that was attached to the image's digests. Raises nothing: see `SearchResult.unreadable`."""
        collector = Collector()
        wanted = locations(known.digest, known.platforms, known.attestation_manifests)
        # Since BuildKit 0.32 attestation manifests are referrers of their platforms; gather reads the linked ones.
        candidates = await follow(known.image, registry, wanted, linked=known.linked)
        collector.unreadable.extend(candidates.unreadable)
        collector.listed.extend(candidates.listed)
        if candidates.found:
            from bot.signatures.fetch import open_candidates  # noqa: PLC0415 - it imports all that verifies

            found = await open_candidates(candidates.found, known.image, registry, collector)
            collector.judged.extend(await self._judge(found, known.image, registry, collector))
        if is_hardened(known):
            from bot.signatures.docker_hardened.search import Hardened  # noqa: PLC0415 - few images are

            await Hardened(known, registry, self._judge).search(collector)
        return collector.found()

    def judge(self, envelopes: tuple[EnvelopeLayer, ...]) -> tuple[Signature, ...]:
        """The verdicts on envelopes that stood inside attestation manifests."""
        if not envelopes:
            return ()
        from bot.signatures.verify import judge_envelopes  # noqa: PLC0415 - heavy, see above

        return judge_envelopes(envelopes, self._trust())

    async def judge_bundles(self, bundles: "Sequence[StoredBundle]") -> SearchResult:
        """The verdicts on bundles that a code host holds, and what they say."""
        collector = Collector()
        collector.judged.extend(await self._in_thread([(one.layer(), one.data) for one in bundles], collector))
        return collector.found()

    async def _judge(
        self, found: "list[SignatureLayer]", image: Reference, registry: Registry, collector: Collector
    ) -> list[JudgedLayer]:
        """The layers, read and judged in a thread: cryptography takes time, and importing a library takes more."""
        from bot.signatures.fetch import read_layers  # noqa: PLC0415 - heavy, see above

        return await self._in_thread(await read_layers(found, image, registry, self._limits, collector), collector)

    async def _in_thread(self, whole: "list[tuple[SignatureLayer, bytes]]", collector: Collector) -> list[JudgedLayer]:
        judged, left = await asyncio.to_thread(self._verdicts, whole) if whole else ([], 0)
        if left:
            collector.unreadable.append(
                over_limit(f"{left} of {len(whole)} signatures were not judged: it took too long")
            )
        return judged

    def _verdicts(self, whole: "list[tuple[SignatureLayer, bytes]]") -> tuple[list[JudgedLayer], int]:
        from bot.signatures.verify import judge_layers  # noqa: PLC0415 - heavy, see above

        return judge_layers(whole, self._trust(), self._clock())
