"""The search for signatures: where they may be, what was found there, and whether it holds.

Three levels: the places, all at once and beside the attestation manifests; the manifests that were found; their
layers. An image that nobody signed costs the first level alone, and no counted pull. Nothing that verifies is
imported before there is something to verify.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.attestations.signature import Signature
from bot.evidence import Unreadable
from bot.evidence.options import GatherOptions
from bot.evidence.search import Found, Known, Sealed
from bot.evidence.signatures_carrier import Item
from bot.evidence.signatures_hardened import Hardened, is_hardened
from bot.evidence.signatures_haul import Haul, Judged
from bot.evidence.signatures_leads import follow, places
from bot.evidence.signatures_opening import open_leads, read_items
from bot.oci.reference import Reference
from bot.oci.registry import Registry

if TYPE_CHECKING:
    from bot.attestations.trust.root import Trust


class Signatures:
    """A SignatureSearch. `trust` is asked for only when there is something to judge: reading roots takes time."""

    def __init__(
        self,
        trust: "Callable[[], Trust]",
        *,
        options: GatherOptions | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._trust = trust
        self._options = options or GatherOptions()
        self._clock = clock

    async def search(self, known: Known, registry: Registry) -> Found:
        """Everything that was attached to the image's digests. Raises nothing: see `Found.unreadable`."""
        haul = Haul()
        wanted = places(known.digest, known.platforms, known.attestation_manifests)
        leads = await follow(known.image, registry, wanted)
        haul.round_trips += 1
        haul.unreadable.extend(leads.unreadable)
        # Since BuildKit 0.32 attestation manifests are referrers of their platforms; gather reads the linked ones.
        fresh = [lead for lead in leads.found if lead.carrier not in known.linked]
        found = await open_leads(fresh, known.image, registry, haul)
        haul.judged.extend(await self._judge(found, known.image, registry, haul))
        if is_hardened(known):
            await Hardened(known, registry, self._judge).search(haul)
        return haul.found()

    def judge(self, sealed: tuple[Sealed, ...]) -> tuple[Signature, ...]:
        """The verdicts on envelopes that stood inside attestation manifests."""
        if not sealed:
            return ()
        from bot.evidence.signatures_verdict import judge_sealed  # noqa: PLC0415 - heavy, see above

        return judge_sealed(sealed, self._trust())

    async def _judge(self, found: list[Item], image: Reference, registry: Registry, haul: Haul) -> list[Judged]:
        """The layers, judged in a thread: cryptography takes time, and importing a library takes more."""
        whole = await read_items(found, image, registry, self._options, haul)
        judged, left = await asyncio.to_thread(self._verdicts, whole) if whole else ([], 0)
        if left:
            haul.unreadable.append(Unreadable(f"{left} of {len(whole)} signatures were not judged: it took too long"))
        return judged

    def _verdicts(self, whole: list[tuple[Item, bytes]]) -> tuple[list[Judged], int]:
        from bot.evidence.signatures_verdict import judge_items  # noqa: PLC0415 - heavy, see above

        return judge_items(whole, self._trust(), self._clock())
