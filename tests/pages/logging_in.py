"""Browsers that log in to the pages."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from aiohttp import ClientSession, CookieJar
from aiohttp.test_utils import TestServer
from msgspec import Struct
from yarl import URL

from bot.jobs.queue import open_queue
from bot.settings import Settings
from bot.store import Store
from bot.store.board import Board
from bot.store.reports import Reports
from handlers.__main__ import serve
from handlers.app import Services, build
from tests.board.making import cell
from tests.fake_oidc import CLIENT, SECRET, FakeProvider, running_provider
from tests.pages.examples import failing

ROLES = {"see": ["staff"], "ask": ["developers"], "waive": ["release-managers"]}
HTML = {"Accept": "text/html"}


def login_settings(provider: FakeProvider, **changes: object) -> Settings:
    """A bot that lets people of that provider in."""
    host = URL(provider.issuer).authority
    told = {
        "watch": ["*/demo/*"],
        "pages": "login",
        "base_url": "http://bot.example",
        "oidc_issuer": provider.issuer,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SECRET,
        "insecure_hosts": [host],
        "roles": ROLES,
    }
    return Settings.model_validate(told | changes)


@asynccontextmanager
async def closed_site(store: Store, settings: Settings) -> AsyncIterator[TestServer]:
    """The application, served."""
    async with open_queue(store, settings) as queue:
        server = TestServer(build(settings, Services(store, queue)))
        async with server:
            yield server


class Answer(Struct):
    status: int
    text: str
    headers: dict[str, str]

    @property
    def to(self) -> str:
        """Where it leads."""
        return self.headers.get("Location", "")


class Browser(Struct):
    """One browser with its cookies. It knows the bot as http://bot.example."""

    session: ClientSession
    server: TestServer

    async def get(self, path: str, **headers: str) -> Answer:
        async with self.session.get(
            self.server.make_url(path), headers=HTML | headers, allow_redirects=False
        ) as response:
            return Answer(response.status, await response.text(errors="replace"), dict(response.headers))

    async def post(self, path: str, data: dict[str, str], **headers: str) -> Answer:
        async with self.session.post(
            self.server.make_url(path), data=data, headers=headers, allow_redirects=False
        ) as response:
            return Answer(response.status, await response.text(), dict(response.headers))

    async def begin(self, path: str = "/") -> str:
        """The address at the provider to which the browser is led."""
        answer = await self.get(str(URL("/login/start").with_query(next=path)))
        assert answer.status == 303, answer.text
        return answer.to

    async def at_provider(self, address: str) -> str:
        """The person logs in there; the path with which the browser comes back."""
        async with self.session.get(address, allow_redirects=False) as response:
            assert response.status == 302
            url = URL(response.headers["Location"])
        assert str(url.origin()) == "http://bot.example"
        return url.raw_path_qs

    async def log_in(self, path: str = "/") -> Answer:
        """All of it; what the bot answers in the end."""
        return await self.get(await self.at_provider(await self.begin(path)))

    def cookie(self, name: str) -> str:
        found = self.session.cookie_jar.filter_cookies(self.server.make_url("/")).get(name)
        return found.value if found else ""


@asynccontextmanager
async def browser(server: TestServer) -> AsyncIterator[Browser]:
    """A new one."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        yield Browser(session, server)


class Closed(Struct):
    """The pages behind a login, the provider, and browsers."""

    server: TestServer
    provider: FakeProvider
    store: Store
    stack: AsyncExitStack

    async def browser(self, *groups: str, **person: object) -> Browser:
        """A browser whose person is in these groups, logged in."""
        found = await self.stack.enter_async_context(browser(self.server))
        self.provider.person = {"sub": "u-1", "groups": list(groups), **person}
        assert (await found.log_in()).status == 303
        return found

    async def stranger(self) -> Browser:
        return await self.stack.enter_async_context(browser(self.server))


@asynccontextmanager
async def closed_pages(store: Store, changes: dict[str, object]) -> AsyncIterator[Closed]:
    """Pages with a report and a row on the board."""
    await Reports(store).save(failing(), started=0.0, policy="test")
    await Board(store).put(cell("quay.io/demo/app:1.0.0"))
    async with AsyncExitStack() as stack:
        provider = await stack.enter_async_context(running_provider())
        server = await stack.enter_async_context(closed_site(store, login_settings(provider, **changes)))
        yield Closed(server, provider, store, stack)


def token_on(page: str) -> str:
    """The token of any form on that page."""
    return page.split('name="csrf" value="')[1].split('"', maxsplit=1)[0]


@asynccontextmanager
async def serving(settings: Settings, store: Store) -> AsyncIterator[None]:
    """The whole web process."""
    stop, started = asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(serve(settings, store, stop, started))
    await asyncio.wait({task, waiter := asyncio.create_task(started.wait())}, return_when=asyncio.FIRST_COMPLETED)
    waiter.cancel()
    try:
        yield
    finally:
        stop.set()
        await task
