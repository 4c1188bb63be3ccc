"""A poller over the fake registry and a real store, with a clock of the test's own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from msgspec import Struct, field

from bot.intake.buffer import Buffer
from bot.intake.intake import Intake
from bot.intake.rate import RateLimit
from bot.intake.watch_list import WatchList, fixed_watches
from bot.oci.reference import Reference
from bot.policy import Policies, default_policies
from bot.polling.announcing import Announcing
from bot.polling.budgets import Budgets
from bot.polling.expanding import Expander
from bot.polling.poller import Poller
from bot.store import Store
from bot.store.lease import Lease, Leases
from bot.store.polls import Polls, RepositoryState
from bot.store.releases import Releases
from bot.store.reports import Reports
from bot.store.second_looks import SecondLooks
from tests.fake_queue import FakeDigests, FakeQueue
from tests.fake_registry import FakeRegistry
from tests.oci.opened import NOW, Clock, opened

INTERVAL: Final = 900.0
DAY: Final = 24 * 3600.0


class Polling(Struct):
    """A poller, and what came of it. `clock.time` is the time for everybody."""

    store: Store
    fake: FakeRegistry
    poller: Poller
    queue: FakeQueue
    clock: Clock
    noticed: list[tuple[str, float]] = field(default_factory=list)

    async def lease(self) -> Lease:
        lease = await self.poller.leases.take()
        assert lease is not None
        return lease

    async def round(self, after: float = INTERVAL) -> list[str]:
        """A round, so many seconds later. The images whose check was queued by it, those of a first look with a `?`."""
        self.clock.time += after
        self.queue.calls.clear()
        await self.poller.round(await self.lease())
        return [job.image.partition("/")[2] + ("?" if job.is_quiet else "") for job in self.queue.calls]

    async def first(self) -> list[str]:
        """The first round: new repositories get their time in one and are looked at in the next."""
        await self.round(0)
        found = await self.round(60)
        self.fake.requests.clear()
        return found

    async def state(self, repository: str = "demo/app") -> RepositoryState:
        return await self.poller.polls.load(f"{self.fake.host}/{repository}")


@asynccontextmanager
async def polling(  # noqa: PLR0913 - what differs from test to test
    store: Store,
    fake: FakeRegistry,
    *watch: str,
    policies: Policies | None = None,
    clock: Clock | None = None,
    watches: WatchList | None = None,
    holder: str = "this process",
    **options: Any,  # noqa: ANN401 - those of RegistryOptions
) -> AsyncIterator[Polling]:
    """With `watch` globs, `HOST` in them is the fake's."""
    clock = clock or Clock(time=1_790_000_000.0)
    queue = FakeQueue()
    globs = [glob.replace("HOST", fake.host) for glob in watch or ("HOST/demo/app",)]
    watches = watches or WatchList(fixed_watches(globs))

    async def now() -> float:
        return clock.time

    async with opened(fake, clock=clock, **options) as registry:
        intake = Intake(watches, 30.0, queue, FakeDigests(queue), Buffer(), RateLimit(1000, 1000.0))
        noticed: list[tuple[str, float]] = []

        async def notice(image: Reference, since: float) -> None:
            noticed.append((str(image), since))

        poller = Poller(
            registry=registry,
            expander=Expander(watches, registry.catalogue, now),
            polls=Polls(store),
            leases=Leases(store, "poller", holder, seconds=3600.0),
            announcing=Announcing(
                intake,
                Reports(store),
                Releases(store),
                policies or default_policies(),
                now,
                notice,
                SecondLooks(store).hasten,
            ),
            budgets=Budgets(registry.limits, lambda: clock.time, lambda: NOW),
            policies=policies or default_policies(),
            now=now,
            interval=INTERVAL,
            chance=lambda: 0.5,
        )
        yield Polling(store, fake, poller, queue, clock, noticed)
