"""Looks at the Slack setup at start and from then on, and queues again what could not be posted.

One of all processes looks at a time. While something is wrong it looks again with growing pauses; a person's invitation
of the bot makes it look at once.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final

import structlog
from msgspec import Struct

from bot.errors import StoreError
from bot.jobs.queue import open_queue
from bot.policy.source import policies_from
from bot.settings import Settings
from bot.slack.inspect import LOOKED_FOR, inspect
from bot.slack.problems import advice, says
from bot.slack.scopes import POSTING_SCOPE
from bot.slack.web_api import client_for, session_for_slack
from bot.store import Store, trouble
from bot.store.slack_problems import ProblemCode, SlackProblem, SlackProblems
from bot.store.undelivered import LOOK_DUE, Undelivered, UndeliveredPost
from bot.store.watches import StoredWatches

if TYPE_CHECKING:  # large, and not needed without Slack
    from slack_sdk.web.async_client import AsyncWebClient

log = structlog.get_logger(__name__)

TICK: Final = 2.0
"""Seconds between two questions whether a look is due; one command of the store each."""

FIRST_PAUSE: Final = 15.0
LAST_PAUSE: Final = 600.0
"""Seconds between two looks while something is wrong: each pause is twice the one before."""

ALL_WELL: Final = 3600.0
"""Seconds between two looks while nothing is wrong."""

LOOKING: Final = 120
"""Seconds that one look may take; then another process may look."""

Requeue = Callable[[UndeliveredPost], Awaitable[None]]


class SlackSetup(Struct, frozen=True):
    """The setup of these settings. `default` is the channel of images whose policy names none."""

    client: "AsyncWebClient"
    store: Store
    requeue: Requeue
    default: str
    of_policies: tuple[str, ...]

    async def run(self) -> None:
        """Look now, then whenever it is due, until cancelled."""
        pause, is_due = FIRST_PAUSE, True
        while True:
            with suppress(StoreError):
                if is_due and await self._mine():
                    broken = await self.look()
                    pause = min(pause * 2, LAST_PAUSE) if broken else FIRST_PAUSE
                    await self._again_in(pause / 2 if broken else ALL_WELL)
            await asyncio.sleep(TICK)
            is_due = False
            with suppress(StoreError):
                is_due = await self._is_due()

    async def look(self) -> bool:
        """Whether something is wrong, or something still waits to be posted. May raise StoreError."""
        waiting = await Undelivered(self.store).all()
        facts = await inspect(self.client, self.store, await self.channels(waiting))
        problems = tuple(one for one in facts.problems if not self._is_meant_so(one))
        for problem in problems:
            log.error(
                "Slack is not set up",
                why=says(problem),
                advice=advice(problem),
                code=problem.code.value,
                **({"workspace": self.store.workspace} if self.store.workspace else {}),
            )
        if not problems:
            log.info("Slack is set up", workspace=facts.team_name, channels=list(facts.channels))
        await SlackProblems(self.store).replace(LOOKED_FOR, problems)
        for post in waiting:
            if not any(self._stops(problem, post) for problem in problems):
                await self.requeue(post)
                await Undelivered(self.store).remove(post)
        return bool(problems or waiting)

    def _is_meant_so(self, problem: SlackProblem) -> bool:
        """One of several workspaces has no channel until somebody there watches something."""
        return bool(self.store.workspace) and problem.code is ProblemCode.NO_CHANNEL

    async def channels(self, waiting: tuple[UndeliveredPost, ...]) -> frozenset[str]:
        """Every channel that is to be posted in."""
        watches = {watch.channel for watch in await StoredWatches(self.store).all()}
        held = {post.where for post in waiting}
        return frozenset({self.default, *self.of_policies, *watches, *held} - {""})

    def _stops(self, problem: SlackProblem, post: UndeliveredPost) -> bool:
        match problem.code:
            case ProblemCode.NO_CHANNEL:
                return False
            case ProblemCode.SCOPE_MISSING:
                return problem.needed == POSTING_SCOPE
            case _:
                return problem.where in {"", post.where or self.default}

    async def _mine(self) -> bool:
        with trouble("taking a look"):
            return bool(await self.store.redis.set(self._looking, "1", nx=True, ex=LOOKING))

    async def _is_due(self) -> bool:
        with trouble("asking whether a look is due"):
            return not await self.store.redis.exists(self.store.key(*LOOK_DUE))

    async def _again_in(self, seconds: float) -> None:
        with trouble("planning a look"):
            await self.store.redis.set(self.store.key(*LOOK_DUE), "1", px=int(seconds * 1000))
            await self.store.redis.delete(self._looking)

    @property
    def _looking(self) -> str:
        return self.store.key("slack", "setup", "looking")


async def hasten(store: Store) -> None:
    """Have the setup looked at at once, by any process. May raise StoreError."""
    with trouble("hastening a look"):
        await store.redis.delete(store.key(*LOOK_DUE))


@asynccontextmanager
async def open_slack_setup(store: Store, settings: Settings) -> AsyncIterator[SlackSetup | None]:
    """The setup of these settings; None if Slack is not configured."""
    if settings.slack_bot_token is None:
        yield None
        return
    async with session_for_slack(settings.proxies()) as session, open_queue(store, settings) as queue:
        client = client_for(settings.slack_bot_token.get_secret_value(), settings.slack_api_url, session)
        named = policies_from(settings.policy).channels()
        yield SlackSetup(client, store, queue.post_again, settings.slack_channel, named)


@asynccontextmanager
async def slack_setup(store: Store, settings: Settings) -> AsyncIterator[SlackSetup | None]:
    """Look at it while the block runs."""
    async with open_slack_setup(store, settings) as setup:
        if setup is None:
            yield None
            return
        task = asyncio.create_task(setup.run(), name="look at the Slack setup")
        try:
            yield setup
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
