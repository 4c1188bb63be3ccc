"""`/healthz`: this process is alive. `/readyz`: what it takes will be checked, for the store and a worker are there.

Without a worker deliveries are taken all the same and wait in the store. So a balancer that sends traffic here goes by
/healthz: while the store is away, too, each sender gets the answer that loses least. People and monitors ask /readyz.
"""

from aiohttp import web

from bot.jobs.health import look
from bot.jobs.queue import DocketQueue
from bot.store import Store


class Probes:
    """For whoever starts and watches the process."""

    def __init__(self, store: Store, queue: DocketQueue) -> None:
        self._store = store
        self._queue = queue
        self._stopping = False

    def mount(self, app: web.Application) -> None:
        """Put both into the application."""
        app.add_routes([web.get("/healthz", self.alive), web.get("/readyz", self.ready)])
        app.on_shutdown.append(self._stop)

    async def alive(self, request: web.Request) -> web.Response:  # noqa: ARG002 - whoever asks
        """Asks nobody else: a store that is away is no reason to restart this process."""
        return web.json_response({"alive": True})

    async def ready(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """503 without the store or a worker, or on the way out; `why` says which."""
        health = await look(self._store, self._queue)
        facts = health.facts() | ({"ready": False, "why": "this process is stopping"} if self._stopping else {})
        return web.json_response(facts, status=200 if facts["ready"] else 503)

    async def _stop(self, app: web.Application) -> None:  # noqa: ARG002
        self._stopping = True
