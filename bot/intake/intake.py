"""Behind the door: from a verified payload to jobs in the store."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Protocol

from bot.errors import StoreError
from bot.intake.buffer import Buffer, Enqueue
from bot.intake.job import CheckJob, JobQueue
from bot.intake.push import Parsed, Push, RetryBehaviour
from bot.intake.rate import RateLimit
from bot.intake.validate import validate
from bot.policy.globs import is_named
from bot.settings import WebhookSource

STORE_TIME: Final = 3.0
"""Seconds for the store to take all jobs of a delivery; Quay and GitHub give up after 10."""

WEBHOOK_BURST: Final = 60
"""Jobs that one source may cause at once."""

WEBHOOK_RATE: Final = 5.0
"""Jobs a second after that."""

PACE_MAX: Final = 600.0
"""Seconds that a job may be put off; 3,000 jobs of one source wait by then.

A refusal would lose a release (GitHub never sends again) or switch a hook off (Quay, after three). So over its rate a
source's jobs are stored all the same but start later, and only a flood beyond this is refused.
"""

DELIVERY_ID_MAX: Final = 200
"""Characters of a sender's own id for an event; real ones have 36."""

TOO_MANY: Final = "too many deliveries"


class Known(Protocol):
    """What is remembered of digests, for signatures that arrive after their image."""

    async def remember(self, name: str, digest: str, tag: str) -> None:
        """That registry/repository has this digest under this tag. Raises StoreError."""

    async def tags(self, name: str, digest: str) -> tuple[str, ...]:
        """The tags of registry/repository that stand for the digest, or for an index with it. Raises StoreError."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a delivery. `ignored` counts events by reason; `come_back` asks the sender to try again."""

    accepted: int
    ignored: Mapping[str, int]
    come_back: bool = False


@dataclass(frozen=True, slots=True)
class Intake:
    """Lets through what is watched, at a bearable pace, into the store."""

    watch: tuple[str, ...]
    settle: float  # seconds
    queue: JobQueue
    known: Known
    buffer: Buffer
    pace: RateLimit = field(default_factory=lambda: RateLimit(WEBHOOK_BURST, WEBHOOK_RATE, PACE_MAX))

    async def take(self, parsed: Parsed, source: WebhookSource, retries: RetryBehaviour) -> Outcome:
        """Everything that the payload announced; the sender's retries decides what it hears when we cannot store it."""
        believed = [validate(announced, source) for announced in parsed.announced]
        counts = Counter([*parsed.ignored, *(one for one in believed if isinstance(one, str))])
        pushes = [one for one in believed if isinstance(one, Push)]
        wanted = [push for push in pushes if any(is_named(glob, push.image) for glob in self.watch)]
        counts["not watched"] += len(pushes) - len(wanted)
        left = wanted[await self._store(wanted, source, counts) :]
        counts["the store is away"] += len(left)
        return Outcome(counts.pop("", 0), +counts, self._is_to_come_back(left, counts[TOO_MANY], source, retries))

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
        tags = await self.known.tags(name, push.evidence_for) if push.evidence_for else (push.image.tag,)
        if not tags:
            return "a signature or attestation, of an image that we do not know"
        if push.digest_hint and not push.evidence_for:
            await self.known.remember(name, push.digest_hint, push.image.tag)
        wait = self.pace.take(source.id)
        if wait is None:
            return TOO_MANY
        fresh = [await self._call(push, tag, source, wait).into(self.queue) for tag in tags]
        return "" if any(fresh) else "waits already, or was seen before"

    def _call(self, push: Push, tag: str, source: WebhookSource, wait: float = 0.0) -> Enqueue:
        image = str(push.image.tagged(tag))
        job = CheckJob(
            image=image,
            origin="recheck" if push.evidence_for else "webhook",
            source=source.id,
            digest_hint="" if push.evidence_for else push.digest_hint,
            asked_at=time.time(),
        )
        delivery = f"{source.id}/{tag}/{push.id[:DELIVERY_ID_MAX]}" if push.id else ""
        return Enqueue(job, f"{image}|", delivery, self.settle + wait)

    def _is_to_come_back(
        self, left: Sequence[Push], refused: int, source: WebhookSource, retries: RetryBehaviour
    ) -> bool:
        if retries is RetryBehaviour.RETRIES:
            return bool(left) or refused > 0
        releases = [push for push in left if not push.evidence_for]
        kept = all(self.buffer.hold(self._call(push, push.image.tag, source)) for push in releases)
        return not kept if retries is RetryBehaviour.GIVES_UP else bool(left) or refused > 0
