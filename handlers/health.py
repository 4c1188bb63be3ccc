"""`/healthz`: this process is alive. `/readyz`: pushes are checked, and what is found out can be posted.

It needs the store, a worker, and a Slack setup that works, if there is one. Without a worker, deliveries are still
accepted and wait in the store. A load balancer should use /healthz: even while the store is unavailable, each sender
gets the answer that loses the fewest pushes. People and monitors use /readyz.
"""

import asyncio
from collections.abc import Collection
from typing import Any, Final

from aiohttp import web

from bot.errors import StoreError
from bot.jobs.health import LOOK_MAX, look
from bot.jobs.queue import DocketQueue
from bot.slack.problems import advice, says
from bot.store import Store
from bot.store.slack_problems import SlackProblem, SlackProblems

STORE_BRIEFLY: Final = "the store does not answer; the log says more"
SLACK_BRIEFLY: Final = "Slack does not take what the bot posts; `provenance doctor` says why"


class Probes:
    """Health endpoints for load balancers and monitors."""

    def __init__(
        self,
        store: Store,
        queue: DocketQueue,
        slack: SlackProblems | None = None,
        *,
        channels: Collection[str] = (),
        names: bool = True,
    ) -> None:
        """`channels` are those that the settings and the policy name.

        `names`: whether strangers may read names of channels and addresses of the store in `why`.
        """
        self._names = names
        self._channels = frozenset(channels)
        self._store = store
        self._queue = queue
        self._slack = slack
        self._stopping = False

    def mount(self, app: web.Application) -> None:
        """Add both routes."""
        app.add_routes([web.get("/healthz", self.alive), web.get("/readyz", self.ready)])
        app.on_shutdown.append(self._stop)

    async def alive(self, request: web.Request) -> web.Response:  # noqa: ARG002 - the same answer for every request
        """Always 200. The store is not checked: a restart of this process would not bring it back."""
        return web.json_response({"alive": True})

    async def ready(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """503 without the store or a worker, with a broken Slack setup, or while stopping; `why` says which."""
        health = await look(self._store, self._queue)
        facts: dict[str, Any] = dict(health.facts())
        if health.store and self._slack is not None:
            problems = await self._problems(self._slack)
            facts["slack"] = [problem.code.value for problem in problems]
            broken = [problem for problem in problems if problem.is_broken and self._is_ours(problem)]
            if health.ready and broken:
                why = f"{says(broken[0])}; {advice(broken[0])}" if self._names else SLACK_BRIEFLY
                facts |= {"ready": False, "why": why}
        elif not health.store and not self._names:
            facts["why"] = STORE_BRIEFLY
        facts |= {"ready": False, "why": "this process is stopping"} if self._stopping else {}
        return web.json_response(facts, status=200 if facts["ready"] else 503)

    def _is_ours(self, problem: SlackProblem) -> bool:
        """Not of a channel that only people named: whoever types a command must not stop the whole bot."""
        return not problem.is_about_channel or problem.where in self._channels

    @staticmethod
    async def _problems(slack: SlackProblems) -> tuple[SlackProblem, ...]:
        try:
            async with asyncio.timeout(LOOK_MAX):
                return await slack.all()
        except (StoreError, TimeoutError):
            return ()

    async def _stop(self, app: web.Application) -> None:  # noqa: ARG002
        self._stopping = True
