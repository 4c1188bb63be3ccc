"""`/healthz`: this process is alive. `/readyz`: it can take a delivery or a command, so send it some."""

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
        """503 without the store, or on the way out. Workers are counted, but deliveries can be taken without them."""
        health = await look(self._store, self._queue)
        ready = health.ready and not self._stopping
        return web.json_response(health.facts() | {"ready": ready}, status=200 if ready else 503)

    async def _stop(self, app: web.Application) -> None:  # noqa: ARG002
        self._stopping = True
