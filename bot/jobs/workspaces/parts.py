"""The parts that work for one workspace: the same as for a bot of one workspace, on its part of the store."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

import aiohttp
from msgspec import Struct

from bot.intake.watch_list import WatchList, watch_list
from bot.jobs.answerer import answerer_of
from bot.jobs.digests import digest_sender
from bot.jobs.endings import Endings
from bot.jobs.homes import Homes
from bot.jobs.invitations import Invitations
from bot.jobs.open_checker import checker_of, with_memory
from bot.jobs.polling import poller_of
from bot.jobs.queue import DocketQueue
from bot.jobs.slack_setup import SlackSetup
from bot.jobs.talker import Talker
from bot.jobs.tasks import Task, tasks_of
from bot.jobs.timing import Timing
from bot.jobs.unfurls import Unfurls
from bot.jobs.workspaces.queue import WorkspaceQueue
from bot.oci.registries import OpenRegistries
from bot.policy import Policies
from bot.settings import Settings
from bot.slack.answers import Answers
from bot.slack.ephemeral import Ephemeral
from bot.slack.outbox import outbox_of
from bot.store import Store
from bot.workflows.hosts import CodeHosts

if TYPE_CHECKING:  # large, and not needed without Slack
    from slack_sdk.web.async_client import AsyncWebClient

Loop: TypeAlias = Callable[[asyncio.Event], Awaitable[None]]


class WorkspaceParts(Struct, frozen=True):
    """`tasks` do its jobs; `loops` run as long as it has the app, each until the event is set."""

    tasks: Mapping[str, Task]
    loops: tuple[Loop, ...]


class WorkspaceMeans(Struct, frozen=True):
    """What the parts of a workspace are made of. `shared` is the whole store."""

    settings: Settings
    shared: Store
    queue: DocketQueue
    session: aiohttp.ClientSession
    hosts: CodeHosts | None
    timing: Timing


def parts_of(
    workspace: str, means: WorkspaceMeans, policies: Policies, registry: OpenRegistries, client: "AsyncWebClient"
) -> WorkspaceParts:
    """Workspaces have no pages, so no message has a link to one. Raises SettingsError."""
    settings, store = means.settings, means.shared.of(workspace)
    queue = WorkspaceQueue(means.queue, workspace)
    answers = Answers(store, Ephemeral(store, means.session, settings.slack_api_url), client)
    outbox = outbox_of(store, client, answers)
    checker = with_memory(checker_of(settings, policies, registry, means.hosts), store)
    tasks = tasks_of(
        store,
        queue,
        checker=checker,
        publisher=outbox,
        answerer=answerer_of(settings, store, checker, answers),
        talker=Talker(
            answers,
            Homes(store, client),
            Unfurls(store, client, policies, ""),
            Invitations(store, client, answers),
        ),
        timing=means.timing,
        shared=means.shared,
    )
    setup = SlackSetup(client, store, queue.post_again, "", policies.channels())
    watches = watches_of(store, policies)
    loops: list[Loop] = [
        digest_sender(store, settings, outbox).run,
        Endings(store, queue, means.hosts.pull_requests if means.hosts else None).run,
        lambda _: setup.run(),
    ]
    if settings.poll:
        loops.append(poller_of(store, settings, outbox, registry, queue, watches, policies, ()).run)
    return WorkspaceParts(tasks.by_name(), tuple(loops))


def watches_of(store: Store, policies: Policies) -> WatchList:
    """What a workspace watches: by its policy, and what its people added. PROVENANCE_WATCH is the bot's own."""
    return watch_list((), policies, store)
