"""What stands between a registry and the bot in the tests: deliveries are lost, doubled, held back, or kept for later.

The registry hears 202 at once, as from a bot that is well.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import Enum

from aiohttp import ClientSession, web
from msgspec import Struct, field


class Post(Enum):
    """What becomes of a delivery."""

    DELIVERED = "once, at once"
    LOST = "never"
    DOUBLED = "twice, at the same moment"
    HELD = "not before `release`"


class Letter(Struct, frozen=True):
    """One delivery as it came."""

    path: str
    body: bytes
    headers: dict[str, str]


class PostOffice(Struct):
    """Listens at `url`; passes on to `bot`, the address of the bot. `letters` has every delivery that came."""

    post: Post
    bot: str = ""
    url: str = ""
    letters: list[Letter] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    @asynccontextmanager
    async def open(self) -> AsyncIterator["PostOffice"]:
        app = web.Application(client_max_size=8 * 1024 * 1024)
        app.router.add_post("/{path:.*}", self._take)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()
            await asyncio.gather(*self._running)

    async def _take(self, request: web.Request) -> web.Response:
        kept = ("authorization", "content-type")
        headers = {name: value for name, value in request.headers.items() if name.lower() in kept}
        letter = Letter(request.path, await request.read(), headers)
        if not self.bot:  # nobody lives there yet
            return web.Response(status=202)
        self.letters.append(letter)
        copies = {Post.DELIVERED: 1, Post.DOUBLED: 2}.get(self.post, 0)
        for _ in range(copies):
            task = asyncio.create_task(self._deliver(letter))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return web.Response(status=202)

    async def deliver_again(self, *, backwards: bool = False) -> None:
        """All that ever came, one after the other."""
        for letter in reversed(self.letters) if backwards else tuple(self.letters):
            await self._deliver(letter)

    async def _deliver(self, letter: Letter) -> None:
        async with (
            ClientSession() as session,
            session.post(self.bot + letter.path, data=letter.body, headers=letter.headers) as answer,
        ):
            self.answers.append(answer.status)
