"""The second look over a registry, a store and a clock."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from msgspec import Struct, field

from bot.oci.reference import Reference, fallback_tag
from bot.polling.second.planning import SecondPlan
from bot.polling.second.rounds import SecondRounds
from bot.releases import place
from bot.releases.arriving import MemberCheck
from bot.report import Report, SignatureSummary, Verdict
from bot.store import Store
from bot.store.releases import Releases
from bot.store.reports import Reports
from bot.store.second_looks import SecondLook, SecondLooks
from tests.fake_registry import FakeRegistry, Referrers
from tests.polling.parts import Polling, polling
from tests.registry_shelf import descriptor
from tests.reports import report

OLD = "demo/app"


class Failures(Struct):
    """Where an unreachable image is told."""

    told: list[str] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)

    async def publish_unreachable(
        self, subject: str, image: str, what_was_tried: str, *, channel: str, retry_at: datetime | None = None
    ) -> None:
        assert not channel
        assert subject.startswith("demo/")
        assert retry_at is not None
        if self.errors:
            raise self.errors.pop(0)
        self.told.append(f"{image.partition('/')[2]}: {what_was_tried}")


class Bot(Struct):
    """The second look over a registry, a store and a clock."""

    polling: Polling
    rounds: SecondRounds
    failures: Failures

    @property
    def fake(self) -> FakeRegistry:
        return self.polling.fake

    async def days(self, count: float, *, rounds: int = 48) -> list[str]:
        """So many days, and so many rounds in each; the images whose check was queued."""
        calls = self.polling.queue.calls
        calls.clear()
        self.fake.requests.clear()
        for _ in range(int(count * rounds)):
            self.polling.clock.time += 86_400 / rounds
            await self.rounds.round(await self.polling.lease())
        return [job.image.partition("/")[2] for job in calls]

    async def release(self, tag: str, *, repository: str = OLD, signed: str = "cosign-tag", kept: bool = True) -> str:
        """An image that was pushed, signed and checked a moment ago; its digest."""
        digest = self.fake.push_image(repository, tag=tag, layer=f"{repository}:{tag}".encode())
        if signed == "cosign-tag":
            self.fake.push_image(repository, tag=f"{fallback_tag(digest)}.sig", layer=f"signature of {digest}".encode())
        elif signed:
            data = self.fake.repository(repository).manifests[digest].data
            subject = descriptor(data, "application/vnd.oci.image.manifest.v1+json")
            self.fake.push_image(repository, layer=f"bundle of {digest}".encode(), subject=subject)
        if kept:
            await self.checked(tag, digest, repository=repository, signed=signed)
        return digest

    async def checked(
        self, tag: str, digest: str, *, repository: str = OLD, signed: str = "", verdict: Verdict = Verdict.PASS
    ) -> None:
        """A check was made and kept, as the worker does it."""
        image = Reference(self.fake.host, repository, tag)
        now = self.polling.clock.time
        made = _report(image, digest, now, signed, verdict)
        await Reports(self.polling.store).save(made, started=now, policy="v1")
        placement = place(image, self.rounds.policies.for_image(image))
        assert placement is not None
        await Releases(self.polling.store).record(MemberCheck(placement, digest, verdict, now))

    async def look(self, tag: str) -> SecondLook:
        return await self.rounds.looks.load(f"{self.fake.host}/{OLD}:{tag}")


def _report(image: Reference, digest: str, now: float, signed: str, verdict: Verdict) -> Report:
    signatures = (SignatureSummary(layout=signed, digest=digest, state="valid"),) if signed else ()
    checked_at = datetime.fromtimestamp(now, UTC)
    changes = {"digest": digest, "checked_at": checked_at, "signatures": signatures}
    return report(str(image), verdict=verdict).model_copy(update=changes)


@asynccontextmanager
async def second(store: Store, *watch: str, referrers: Referrers = Referrers.API) -> AsyncIterator[Bot]:
    async with FakeRegistry(referrers=referrers) as fake, polling(store, fake, *watch or ("HOST/demo/app",)) as bot:
        failures = Failures()
        rounds = SecondRounds(
            registry=bot.poller.registry,  # type: ignore[arg-type]
            releases=Releases(store),
            reports=Reports(store),
            looks=SecondLooks(store),
            queue=bot.queue,
            plan=SecondPlan(
                Releases(store),
                SecondLooks(store),
                bot.poller.expander.watches,
                bot.poller.policies,
                chance=lambda: 0.5,
            ),
            policies=bot.poller.policies,
            budgets=bot.poller.budgets,
            notices=failures,
            now=bot.poller.now,
        )
        yield Bot(bot, rounds, failures)
