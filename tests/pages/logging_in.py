"""Browsers that log in to the pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import ClientSession, CookieJar
from aiohttp.test_utils import TestServer
from yarl import URL

from bot.jobs.queue import open_queue
from bot.settings import Settings
from bot.store import Store
from handlers.app import Services, build
from tests.fake_oidc import CLIENT, SECRET, FakeProvider

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


@dataclass(slots=True)
class Answer:
    status: int
    text: str
    headers: dict[str, str]

    @property
    def to(self) -> str:
        """Where it leads."""
        return self.headers.get("Location", "")


@dataclass(slots=True)
class Browser:
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
