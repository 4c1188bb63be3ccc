"""`/healthz`: this process is alive. `/readyz`: the store and a worker are available, so that pushes are checked.

Without a worker, deliveries are still accepted and wait in the store. A load balancer should use /healthz: even while
the store is unavailable, each sender gets the answer that loses the fewest pushes. People and monitors use /readyz.
"""

from aiohttp import web

from bot.jobs.health import look
from bot.jobs.queue import DocketQueue
from bot.store import Store


class Probes:
    """Health endpoints for load balancers and monitors."""

    def __init__(self, store: Store, queue: DocketQueue) -> None:
        self._store = store
        self._queue = queue
        self._stopping = False

    def mount(self, app: web.Application) -> None:
        """Add both routes."""
        app.add_routes([web.get("/healthz", self.alive), web.get("/readyz", self.ready)])
        app.on_shutdown.append(self._stop)

    async def alive(self, request: web.Request) -> web.Response:  # noqa: ARG002 - the same answer for every request
        """Always 200. The store is not checked: a restart of this process would not bring it back."""
        return web.json_response({"alive": True})

    async def ready(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """503 without the store, without a worker, or while stopping; `why` says which."""
        health = await look(self._store, self._queue)
        facts = health.facts() | ({"ready": False, "why": "this process is stopping"} if self._stopping else {})
        return web.json_response(facts, status=200 if facts["ready"] else 503)

    async def _stop(self, app: web.Application) -> None:  # noqa: ARG002
        self._stopping = True
