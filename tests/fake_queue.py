"""A queue and a memory of digests without a store: for doors that are tested alone. Both can be unavailable."""

import asyncio
import time
from collections.abc import Mapping

from msgspec import Struct, field

from bot.errors import StoreError
from bot.intake.job import CheckJob
from bot.intake.question import QuestionJob
from bot.intake.talk import TalkJob


class FakeQueue(Struct):
    """Keeps what waits, by key, and the deliveries seen, as the real one promises."""

    away: bool = False
    waiting: dict[str, CheckJob] = field(default_factory=dict)
    delays: dict[str, float] = field(default_factory=dict)
    calls: list[CheckJob] = field(default_factory=list)
    posts: list[tuple[CheckJob, str]] = field(default_factory=list)
    questions: dict[str, QuestionJob] = field(default_factory=dict)
    talks: dict[str, TalkJob] = field(default_factory=dict)
    stored: asyncio.Event = field(default_factory=asyncio.Event)
    pushed: dict[str, float] = field(default_factory=dict)
    digests: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)

    async def enqueue(
        self, job: CheckJob, *, key: str, delivery: str = "", delay: float = 0.0, is_announced: bool = False
    ) -> bool:
        if self.away:
            raise StoreError("store unavailable")
        self.calls.append(job)
        if is_announced:
            self.pushed[job.image] = time.time()
            if job.digest_hint:
                name, _, tag = job.image.rpartition(":")
                self.digests.setdefault((name, job.digest_hint), set()).add(tag)
        self.delays[key] = delay
        fresh = key not in self.waiting and (not delivery or delivery not in self._seen)
        if fresh:
            self.waiting[key] = job
            self._seen.add(delivery)
            self.stored.set()
        return fresh

    async def ask(self, question: QuestionJob, *, key: str) -> bool:
        if self.away:
            raise StoreError("store unavailable")
        fresh = key not in self.questions
        self.questions.setdefault(key, question)
        return fresh

    async def talk(self, job: TalkJob, *, key: str) -> bool:
        if self.away:
            raise StoreError("store unavailable")
        fresh = key not in self.talks
        self.talks.setdefault(key, job)
        return fresh

    async def post_report(self, job: CheckJob, release: str) -> None:
        if self.away:
            raise StoreError("store unavailable")
        self.posts.append((job, release))

    @property
    def images(self) -> list[str]:
        return [job.image for job in self.waiting.values()]


class FakeDigests(Struct):
    """The tags under which the digests stand that the queue was told; and how deliveries ended."""

    queue: FakeQueue
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    hastened: list[tuple[str, float]] = field(default_factory=list)

    async def tags(self, name: str, digest: str) -> tuple[str, ...]:
        self._there()
        return tuple(sorted(self.queue.digests.get((name, digest), ())))

    async def hasten(self, name: str, wait: float) -> None:
        self._there()
        self.hastened.append((name, wait))

    def joined(self, source: str, ends: Mapping[str, int]) -> bool:  # noqa: ARG002 - none is ever on its way
        return False

    async def count(self, source: str, ends: Mapping[str, int]) -> None:
        self._there()
        for end, number in ends.items():
            self.counts[source, end] = self.counts.get((source, end), 0) + number

    def _there(self) -> None:
        if self.queue.away:
            raise StoreError("store unavailable")
