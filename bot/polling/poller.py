"""The poller: one process at a time looks at every repository that is due, one after the other at each registry."""

import asyncio
import random
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

import structlog
from msgspec import Struct

from bot.errors import RateLimitedError, RegistryError, StoreError
from bot.oci.reference import is_evidence_tag
from bot.policy import Policies
from bot.polling.announcing import Announcing
from bot.polling.budgets import Budgets
from bot.polling.expanding import Expander, Expansion
from bot.polling.look import Look, Polled, look
from bot.polling.pacing import QUIET, next_due
from bot.polling.targets import PollTarget
from bot.store.lease import Lease, Leases
from bot.store.leased import while_leased
from bot.store.polls import LostLeaseError, Polls, RepositoryState

LEASE: Final = 30.0
"""Seconds after which another process polls, when this one is gone."""

REGISTRIES_AT_ONCE: Final = 8
"""Registries that are asked side by side; each gets one look after the other."""

LOOK_MAX: Final = 300.0
"""Seconds for one look; 50 pages and 100 HEADs take a minute at half a second each."""

SHARE: Final = 60.0
"""Seconds of a round for one registry; what is left over comes first in the next round. One that never answers in time
would hold up all others for LOOK_MAX with each of its repositories."""

START: Final = 30.0
"""Seconds over which the first looks at new repositories are spread."""

AHEAD: Final = 2
"""Times the longest wait; nothing is put off for longer. The store's clock may have been years ahead for a moment."""

BEAT: Final = 5.0
"""Seconds between two looks at what is due."""

log = structlog.get_logger(__name__)


class Poller(Struct):
    """`interval` in seconds; `now` is the store's clock."""

    registry: Polled
    expander: Expander
    polls: Polls
    leases: Leases
    announcing: Announcing
    budgets: Budgets
    policies: Policies
    now: Callable[[], Awaitable[float]]
    interval: float
    also: tuple[Callable[[Lease], Awaitable[None]], ...] = ()  # what the same process does beside the looks
    chance: Callable[[], float] = random.random
    beat: float = BEAT

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until `stop` is set. Raises nothing: without polling a worker is still a worker."""

        async def held(lease: Lease) -> None:
            await self._while_held(lease, stop)

        await while_leased(self.leases, stop, held, beat=self.beat, failed="not polling")

    async def _while_held(self, lease: Lease, stop: asyncio.Event) -> None:
        """One round; the lease is made to last meanwhile. It ends early when the lease is lost, or at `stop`."""
        tasks = {
            asyncio.create_task(self.round(lease)),
            asyncio.create_task(self._keep(lease)),
            asyncio.create_task(_wait(stop)),
        }
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    async def _keep(self, lease: Lease) -> None:
        while True:
            await asyncio.sleep(LEASE / 3)
            held = await self.leases.take()
            if held is None or held.number != lease.number:
                raise LostLeaseError

    async def round(self, lease: Lease) -> int:
        """Look at every repository that is due; how many there were. Raises StoreError."""
        expansion = await self.expander.expand()
        due = await self._due(expansion, lease)
        by_registry: dict[str, list[PollTarget]] = defaultdict(list)
        for name in due:
            target = expansion.targets[name]
            by_registry[target.repository.registry].append(target)
        gate = asyncio.Semaphore(REGISTRIES_AT_ONCE)
        try:
            async with asyncio.TaskGroup() as group:
                for targets in by_registry.values():
                    group.create_task(self._registry(targets, lease, gate))
        except* StoreError as errors:
            raise errors.exceptions[0] from None
        for work in self.also:
            await work(lease)
        return len(due)

    async def _due(self, expansion: Expansion, lease: Lease) -> list[str]:
        """The names of those that are due, the longest waiting first. New ones get their time here."""
        now, known = await self.now(), await self.polls.due()
        for name in expansion.targets.keys() - known.keys():
            known[name] = now + min(START, self.interval) * self.chance()
            await self.polls.put_off(name, due=known[name], lease=lease)
        if expansion.is_whole and (gone := [name for name in known if name not in expansion.targets]):
            await self.polls.forget(gone, lease=lease)
        latest = now + AHEAD * max(self.interval, QUIET)  # later than that only a clock that went wrong has put it
        return sorted(
            (name for name, at in known.items() if not now < at <= latest and name in expansion.targets),
            key=lambda name: known[name],
        )

    async def _registry(self, targets: Iterable[PollTarget], lease: Lease, gate: asyncio.Semaphore) -> None:
        async with gate:
            clock = asyncio.get_running_loop().time
            ends = clock() + SHARE
            for target in targets:
                if clock() > ends:
                    return
                registry = target.repository.registry
                if pause := self.budgets.pause(registry):
                    await self.polls.put_off(target.name, due=await self.now() + pause, lease=lease)
                    continue
                await self._look(target, lease)

    async def _look(self, target: PollTarget, lease: Lease) -> None:
        state, now = await self.polls.load(target.name), await self.now()
        try:
            async with asyncio.timeout(LOOK_MAX):
                found = await look(self.registry, target, state, now=now, is_ignored=self._is_ignored(target))
        except RateLimitedError as error:
            self.budgets.refused(target.repository.registry, error)
            await self._failed(target, state, str(error), lease)
        except RegistryError as error:
            await self._failed(target, state, str(error), lease)
        except TimeoutError:
            await self._failed(target, state, f"a look took longer than {LOOK_MAX:.0f} s", lease)
        else:
            self.budgets.answered(target.repository.registry)
            await self._found(target, state, found, lease)

    async def _found(self, target: PollTarget, before: RepositoryState, found: Look, lease: Lease) -> None:
        """Hand it on, and only then remember it: whoever dies in between lets the same be noticed again."""
        await self.announcing.tell(target, found.changes, before.looked_at)
        wait = self.budgets.pull_wait(target.repository.registry)
        await self.announcing.check_quietly(target, found.newest, wait)
        due = next_due(
            found.state,
            now=await self.now(),
            interval=self.interval,
            chance=self.chance(),
            is_complete=found.is_complete,
        )
        await self.polls.save(target.name, found.state, due=due, lease=lease)

    async def _failed(self, target: PollTarget, state: RepositoryState, why: str, lease: Lease) -> None:
        log.warning("a repository was not polled", repository=target.name, why=why, failures=state.failures + 1)
        failed = state.model_copy(update={"failures": state.failures + 1, "trouble": why[:500]})
        due = next_due(failed, now=await self.now(), interval=self.interval, chance=self.chance())
        await self.polls.save(target.name, failed, due=due, lease=lease)

    def _is_ignored(self, target: PollTarget) -> Callable[[str], bool]:
        return lambda tag: (
            not is_evidence_tag(tag) and self.policies.for_image(target.repository.tagged(tag)).is_ignored
        )


async def _wait(stop: asyncio.Event) -> None:
    await stop.wait()


def holder() -> str:
    """A name for this process that no other one has."""
    return uuid.uuid4().hex
