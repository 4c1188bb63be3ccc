"""From validated pushes to jobs in the store.

Whatever is authentic and watched is stored at once: it is small, and most senders never send it again. How fast work
starts is another matter: over its rate, a source's jobs are still stored and start later.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Final, Protocol, TypeAlias

from msgspec import Struct

from bot.errors import StoreError
from bot.intake.buffer import Buffer, BufferedPush
from bot.intake.job import CheckJob, JobQueue
from bot.intake.push import Parsed, Push, RetryBehaviour
from bot.intake.rate import RateLimit
from bot.intake.validate import validate
from bot.intake.watch_list import WatchList
from bot.oci.reference import is_evidence_tag
from bot.request_ids import current
from bot.settings_values import WebhookSource
from bot.store.watches import Watch
from bot.values import replace

STORE_TIME: Final = 3.0
"""Seconds for the store to take all jobs of a delivery; Quay and GitHub give up after 10."""

DELIVERY_ID_MAX: Final = 200
"""Characters of a sender's own id for an event; real ones have 36."""

NOT_WATCHED: Final = "not watched"
ANY_TAG: Final = "x"
"""For an event without a tag, where only the repository counts."""

QUEUED: Final = "already queued"
UNAVAILABLE: Final = "store unavailable"


class DigestMemory(Protocol):
    """What is remembered of digests, for signatures that arrive after their image."""

    async def tags(self, name: str, digest: str) -> tuple[str, ...]:
        """The tags of registry/repository that stand for the digest, or for an index with it. Raises StoreError."""


class PollPlan(Protocol):
    """When repositories are polled."""

    async def hasten(self, name: str, wait: float) -> None:
        """Look at registry/repository after `wait` seconds, if it is polled and not due sooner. Raises StoreError."""


class Taken(Struct, frozen=True):
    """What became of a delivery. `ignored` counts events by reason; `come_back` asks the sender to try again."""

    accepted: int
    ignored: Mapping[str, int]
    come_back: bool = False


class Announcer(Struct, frozen=True):
    """Who says that something was pushed. `id` names it in the queue: a webhook source's own, or "poll"."""

    id: str
    is_webhook: bool = True


_Watched: TypeAlias = tuple[Push, Watch | None]
"""A push, and the watch that names it; None while nobody can say which."""


class Intake(Struct, frozen=True):
    """Stores what is watched. `rate` spreads the start of each source's jobs, and refuses none."""

    watch: WatchList
    settle: float  # seconds
    queue: JobQueue
    digests: DigestMemory
    buffer: Buffer
    rate: RateLimit
    polls: PollPlan | None = None

    async def take(self, parsed: Parsed, source: WebhookSource, retries: RetryBehaviour) -> Taken:
        """Everything that the payload announced; the sender's `retries` decides what it hears when it is not stored."""
        counts: defaultdict[str, int] = defaultdict(int)
        for why in parsed.ignored:
            counts[why] += 1
        watched = []
        for announced in parsed.announced:
            push = validate(announced, source)
            if isinstance(push, str):
                counts[push] += 1
            elif (found := await self._watched(push)) is None:
                counts[NOT_WATCHED] += 1
            else:
                watched.append(found)
        announcer = Announcer(source.id)
        left = [push for push, _ in watched[await self._store(watched, announcer, counts) :]]
        if left:
            counts[UNAVAILABLE] += len(left)
        if parsed.is_partial:
            await self._look_for_more(parsed, source)
        return Taken(counts.pop("", 0), counts, self._is_to_come_back(left, announcer, retries))

    async def _look_for_more(self, parsed: Parsed, source: WebhookSource) -> None:
        """Have the repositories polled when the push is over. Without a poller, or a store, nothing is lost by it."""
        for announced in parsed.announced:
            found = validate(replace(announced, tag=announced.tag or ANY_TAG), source)
            if isinstance(found, Push) and self.polls is not None:
                with suppress(StoreError, TimeoutError):
                    async with asyncio.timeout(STORE_TIME):
                        await self.polls.hasten(found.image.name, self.settle)

    async def _watched(self, push: Push) -> _Watched | None:
        """None when no watch names it. While nobody can say, it is kept, and asked again before it is stored."""
        try:
            watch = await self.watch.find(push.image)
        except StoreError:
            return push, None
        return None if watch is None else (push, watch)

    async def _store(self, pushes: Sequence[_Watched], announcer: Announcer, counts: dict[str, int]) -> int:
        """Store jobs until all are, or the store does not answer; how many pushes were dealt with."""
        done = 0
        with suppress(StoreError, TimeoutError):
            async with asyncio.timeout(STORE_TIME):
                for push, watch in pushes:
                    counts[await self.enqueue(push, announcer, watch)] += 1
                    done += 1
        return done

    async def enqueue(self, push: Push, announcer: Announcer, watch: Watch | None = None) -> str:
        """Why the push asks for nothing, or "" when a check is queued. Raises StoreError.

        `watch` is one that was found for it a moment ago; without, it is looked for.
        """
        watch = watch or await self.watch.find(push.image)
        if watch is None:
            return NOT_WATCHED
        if not push.evidence_for:
            return "" if await self._enqueue_tag(push, push.image.tag, announcer, watch.channel) else QUEUED
        tags = await self._tags(push)
        if not tags:
            return "a signature or attestation of an image that is not known"
        watches = {tag: await self.watch.find(push.image.tagged(tag)) for tag in tags}
        fresh = [
            await self._enqueue_tag(push, tag, announcer, watch.channel) for tag, watch in watches.items() if watch
        ]
        return "" if any(fresh) else QUEUED if any(watches.values()) else NOT_WATCHED

    async def _tags(self, push: Push) -> tuple[str, ...]:
        """Which tags to check: those of the image that the evidence is about. Raises StoreError."""
        tag = push.image.tag
        told = () if not tag or is_evidence_tag(tag) else (tag,)
        return await self.digests.tags(push.image.name, push.evidence_for) or told

    async def _enqueue_tag(self, push: Push, tag: str, announcer: Announcer, channel: str) -> bool:
        image, now, is_announced = str(push.image.tagged(tag)), time.time(), not push.evidence_for
        job = CheckJob(
            image=image,
            origin="recheck" if push.evidence_for else "webhook" if announcer.is_webhook else "poll",
            source=announcer.id,
            channel=channel,
            digest_hint="" if push.evidence_for else push.digest_hint,
            asked_at=now,
            has_evidence=bool(push.evidence_for),
            request_id=current(),
        )
        # Some senders give each event the same id, so it alone does not make an event known.
        delivery = f"{announcer.id}/{image}/{push.digest_hint}/{push.id[:DELIVERY_ID_MAX]}" if push.id else ""
        delay = self.settle + self.rate.wait(announcer.id)
        fresh = False
        try:
            fresh = await self.queue.enqueue(
                job, key=f"{image}|", delivery=delivery, delay=delay, is_announced=is_announced
            )
        finally:
            if not fresh:  # it starts no work of its own
                self.rate.give_back(announcer.id)
        return fresh

    def _is_to_come_back(self, left: Sequence[Push], announcer: Announcer, retries: RetryBehaviour) -> bool:
        if retries is RetryBehaviour.RETRIES:
            return bool(left)
        kept = all(self.buffer.hold(self._buffered(push, announcer)) for push in left)
        return not kept if retries is RetryBehaviour.GIVES_UP else bool(left)

    def _buffered(self, push: Push, announcer: Announcer) -> BufferedPush:
        return BufferedPush(str(push.image), partial(self.enqueue, push, announcer))
