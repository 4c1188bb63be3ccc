"""From validated pushes to jobs in the store.

Whatever is authentic and watched is stored at once: it is small, and most senders never send it again. How fast work
starts is another matter: over its rate, a source's jobs are stored all the same and start later.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

from bot.errors import StoreError
from bot.intake.buffer import Buffer, BufferedPush
from bot.intake.job import CheckJob, JobQueue
from bot.intake.push import Parsed, Push, RetryBehaviour
from bot.intake.rate import RateLimit
from bot.intake.validate import validate
from bot.oci.reference import is_evidence_tag
from bot.policy.globs import is_named
from bot.settings import WebhookSource

STORE_TIME: Final = 3.0
"""Seconds for the store to take all jobs of a delivery; Quay and GitHub give up after 10."""

DELIVERY_ID_MAX: Final = 200
"""Characters of a sender's own id for an event; real ones have 36."""

QUEUED: Final = "already queued"
UNAVAILABLE: Final = "store unavailable"


class DigestMemory(Protocol):
    """What is remembered of digests, for signatures that arrive after their image."""

    async def remember(self, name: str, digest: str, tag: str) -> None:
        """That registry/repository has this digest under this tag. Raises StoreError."""

    async def tags(self, name: str, digest: str) -> tuple[str, ...]:
        """The tags of registry/repository that stand for the digest, or for an index with it. Raises StoreError."""


class PushMemory(Protocol):
    """What is remembered of pushes."""

    async def announce(self, image: str, at: float) -> None:
        """Somebody says that the tag was pushed at that time. Raises StoreError."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a delivery. `ignored` counts events by reason; `come_back` asks the sender to try again."""

    accepted: int
    ignored: Mapping[str, int]
    come_back: bool = False


@dataclass(frozen=True, slots=True)
class Intake:
    """Stores what is watched. `rate` spreads the start of each source's jobs, and refuses none."""

    watch: tuple[str, ...]
    settle: float  # seconds
    queue: JobQueue
    digests: DigestMemory
    pushes: PushMemory
    buffer: Buffer
    rate: RateLimit

    async def take(self, parsed: Parsed, source: WebhookSource, retries: RetryBehaviour) -> Taken:
        """Everything that the payload announced; the sender's `retries` decides what it hears when it is not stored."""
        validated = [validate(announced, source) for announced in parsed.announced]
        counts = Counter([*parsed.ignored, *(one for one in validated if isinstance(one, str))])
        pushes = [one for one in validated if isinstance(one, Push)]
        watched = [push for push in pushes if any(is_named(glob, push.image) for glob in self.watch)]
        counts["not watched"] += len(pushes) - len(watched)
        left = watched[await self._store(watched, source, counts) :]
        counts[UNAVAILABLE] += len(left)
        return Taken(counts.pop("", 0), +counts, self._is_to_come_back(left, source, retries))

    async def _store(self, pushes: Sequence[Push], source: WebhookSource, counts: Counter[str]) -> int:
        """Store jobs until all are, or the store does not answer; how many pushes were dealt with."""
        done = 0
        with suppress(StoreError, TimeoutError):
            async with asyncio.timeout(STORE_TIME):
                for push in pushes:
                    counts[await self._enqueue(push, source)] += 1
                    done += 1
        return done

    async def _enqueue(self, push: Push, source: WebhookSource) -> str:
        """Why the push asks for nothing, or "" when a check is queued. Raises StoreError."""
        name = push.image.name
        tags = await self._tags(push)
        if not tags:
            return "a signature or attestation of an image that is not known"
        if push.digest_hint and not push.evidence_for:
            await self.digests.remember(name, push.digest_hint, push.image.tag)
        fresh = [await self._enqueue_tag(push, tag, source) for tag in tags]
        return "" if any(fresh) else QUEUED

    async def _tags(self, push: Push) -> tuple[str, ...]:
        """Which tags to check: the pushed one, or those of the image that evidence is about. Raises StoreError."""
        tag = push.image.tag
        if not push.evidence_for:
            return (tag,)
        told = () if not tag or is_evidence_tag(tag) else (tag,)
        return await self.digests.tags(push.image.name, push.evidence_for) or told

    async def _enqueue_tag(self, push: Push, tag: str, source: WebhookSource) -> bool:
        image, now = str(push.image.tagged(tag)), time.time()
        if not push.evidence_for:
            await self.pushes.announce(image, now)
        job = CheckJob(
            image=image,
            origin="recheck" if push.evidence_for else "webhook",
            source=source.id,
            digest_hint="" if push.evidence_for else push.digest_hint,
            asked_at=now,
            has_evidence=bool(push.evidence_for),
        )
        # Some senders give each event the same id, so it alone does not make an event known.
        delivery = f"{source.id}/{image}/{push.digest_hint}/{push.id[:DELIVERY_ID_MAX]}" if push.id else ""
        delay = self.settle + self.rate.wait(source.id)
        fresh = False
        try:
            fresh = await self.queue.enqueue(job, key=f"{image}|", delivery=delivery, delay=delay)
        finally:
            if not fresh:  # it starts no work of its own
                self.rate.give_back(source.id)
        return fresh

    def _is_to_come_back(self, left: Sequence[Push], source: WebhookSource, retries: RetryBehaviour) -> bool:
        if retries is RetryBehaviour.RETRIES:
            return bool(left)
        kept = all(self.buffer.hold(self._buffered(push, source)) for push in left)
        return not kept if retries is RetryBehaviour.GIVES_UP else bool(left)

    def _buffered(self, push: Push, source: WebhookSource) -> BufferedPush:
        return BufferedPush(str(push.image), partial(self._enqueue, push, source))
