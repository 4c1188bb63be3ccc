"""The whole web application on a real store, and threads as the outbox leaves them."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from aiohttp import CookieJar, web
from aiohttp.test_utils import TestClient, TestServer

from bot.jobs.queue import open_queue
from bot.report import Report
from bot.settings import Settings
from bot.slack.local_transport import CHANNEL, TEAM
from bot.slack.plan import plan
from bot.store import Store
from bot.store.reports import Reports
from bot.store.threads import Address, Threads, new_intent
from handlers.app import Services, build


@dataclass(slots=True)
class Site:
    """The application and its store."""

    client: "TestClient[web.Request, web.Application]"
    store: Store

    async def remember(self, *reports: Report) -> None:
        """As a worker without Slack does it."""
        threads = Threads(self.store)
        for report in reports:
            await Reports(self.store).save(report, started=0.0, policy="test")
            address = Address(TEAM, CHANNEL, report.image)
            seen = await threads.get(address)
            await threads.want(address, seen, plan(seen, report, intent=new_intent(), forced=False, base_url=""))

    async def get(self, path: str) -> tuple[int, str]:
        async with self.client.get(path, allow_redirects=False) as response:
            return response.status, await response.text()

    async def ask(self, image: str) -> str:
        """As a visitor with the form; where it leads."""
        data = {"csrf": await self.csrf(), "image": image}
        async with self.client.post("/check", data=data, allow_redirects=False) as response:
            assert response.status == 303
            return response.headers["Location"]

    async def csrf(self) -> str:
        """The token of the form; the cookie is in the client's jar."""
        _, page = await self.get("/")
        match = re.search(r'name="csrf" value="([^"]+)"', page)
        assert match is not None
        return match[1]


@pytest.fixture
def site_settings() -> dict[str, object]:
    """Settings that a test wants otherwise."""
    return {}


@pytest.fixture
async def site(store: Store, site_settings: dict[str, object]) -> AsyncIterator[Site]:
    settings = Settings.model_validate({"log_format": "console", **site_settings})
    async with open_queue(store, settings) as queue:
        app = build(settings, Services(store, queue))
        async with TestClient(TestServer(app), cookie_jar=CookieJar(unsafe=True)) as client:
            yield Site(client, store)
