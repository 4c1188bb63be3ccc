"""The part of a worker that polls: opened with the worker, and one of all workers does it at a time."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

import structlog

from bot.intake.buffer import Buffer
from bot.intake.intake import Intake
from bot.intake.job import JobQueue
from bot.intake.rate import RateLimit
from bot.intake.watch_list import WatchList, watch_list
from bot.oci.registries import OpenRegistries, open_registries
from bot.policy import Policies
from bot.policy.source import policies_from
from bot.polling.announcing import Announcing
from bot.polling.budgets import Budgets
from bot.polling.expanding import Expander
from bot.polling.poller import BEAT, LEASE, Poller, holder
from bot.polling.second.planning import SecondPlan
from bot.polling.second.rounds import FailureNotices, SecondRounds
from bot.polling.silence import SilenceNotices, SilenceWatch
from bot.settings import Settings
from bot.settings_values import WebhookSource
from bot.store import Store
from bot.store.digests import Digests
from bot.store.lease import Leases
from bot.store.polls import Polls
from bot.store.pushes import Pushes
from bot.store.registry_hosts import RegistryHosts
from bot.store.releases import Releases
from bot.store.reports import Reports
from bot.store.second_looks import SecondLooks
from bot.store.silence import Silences

log = structlog.get_logger(__name__)


class PeopleToTell(SilenceNotices, FailureNotices, Protocol):
    """Where polling tells what belongs to no push."""


THING = "poller"
"""The name of the lease."""


@asynccontextmanager
async def polling(
    store: Store, settings: Settings, queue: JobQueue, stop: asyncio.Event, notices: PeopleToTell
) -> AsyncIterator[None]:
    """Poll while the block runs, until `stop` is set; nothing when PROVENANCE_POLL is 0.

    Raises what `open_registries` raises.
    """
    if not settings.poll:
        yield
        return
    async with open_poller(store, settings, queue, notices) as poller:
        task = asyncio.create_task(poller.run(stop))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def open_poller(
    store: Store, settings: Settings, queue: JobQueue, notices: PeopleToTell
) -> AsyncIterator[Poller]:
    """The poller of these settings."""
    async with open_registries(settings.registry_options(local=False), shared=RegistryHosts(store)) as registry:
        policies = policies_from(settings.policy)
        watches = watch_list(settings.watch, policies, store)
        yield poller_of(store, settings, notices, registry, queue, watches, policies)


def poller_of(  # noqa: PLR0913, PLR0917 - puts the parts together
    store: Store,
    settings: Settings,
    notices: PeopleToTell,
    registry: OpenRegistries,
    queue: JobQueue,
    watches: WatchList,
    policies: Policies,
    sources: tuple[WebhookSource, ...] | None = None,
) -> Poller:
    """A poller with parts that are open. `sources`: the webhooks that may be silent; None = those of the settings."""
    rate = RateLimit(settings.push_burst, settings.push_rate)
    intake = Intake(watches, settings.settle, queue, Digests(store), Buffer(), rate)
    heard = settings.webhooks if sources is None else sources
    silence = SilenceWatch(heard, Pushes(store), Silences(store), notices, policies, store.now)
    budgets = Budgets(registry.limits, time.monotonic)
    second = SecondRounds(
        registry=registry,
        releases=Releases(store),
        reports=Reports(store),
        looks=SecondLooks(store),
        queue=queue,
        plan=SecondPlan(Releases(store), SecondLooks(store), watches, policies),
        policies=policies,
        budgets=budgets,
        notices=notices,
        now=store.now,
    )
    return Poller(
        registry=registry,
        expander=Expander(watches, registry.catalogue, store.now),
        polls=Polls(store),
        leases=Leases(store, THING, holder(), seconds=LEASE),
        announcing=Announcing(
            intake,
            Reports(store),
            Releases(store),
            policies,
            store.now,
            silence.noticed,
            SecondLooks(store).hasten,
        ),
        budgets=budgets,
        policies=policies,
        now=store.now,
        interval=settings.poll,
        beat=min(BEAT, settings.poll),
        also=(silence.look, second.round),
    )
