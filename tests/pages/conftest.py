"""The whole web application on a real store, and threads as the outbox leaves them."""

import re
from collections.abc import AsyncIterator
from functools import partial
from typing import Final

import pytest
from aiohttp import CookieJar, web
from aiohttp.test_utils import TestClient, TestServer
from msgspec import Struct

from bot.jobs.queue import open_queue
from bot.oci.reference import Reference
from bot.policy import default_policy
from bot.releases import place
from bot.releases.arriving import MemberCheck
from bot.report import Report
from bot.settings import Settings
from bot.slack.local_transport import CHANNEL, TEAM
from bot.slack.plan import plan
from bot.store import Store
from bot.store.releases import Releases
from bot.store.reports import Reports
from bot.store.threads import Address, Threads, new_intent
from handlers import pages
from handlers.app import Services, build
from handlers.pages import check, compare, login
from handlers.pages._visits import visits_limited
from tests.slack.parts import release

RATES: Final = {
    check: ("CHECK_RATE", "ALL_RATE"),
    compare: ("LOOK_RATE", "ALL_RATE"),
    login: ("START_RATE", "ALL_RATE"),
}
HARDLY: Final = 0.0001
"""A second, in place of each of these."""


class Site(Struct):
    """The application and its store."""

    client: "TestClient[web.Request, web.Application]"
    store: Store

    @property
    def reports(self) -> Reports:
        """What is remembered of checks."""
        return Reports(self.store)

    async def remember(self, *reports: Report) -> None:
        """As a worker without Slack does it."""
        threads = Threads(self.store)
        for report in reports:
            await Reports(self.store).save(report, started=0.0, policy="test")
            await self.record(report)
            view = release(report)
            address = Address(TEAM, CHANNEL, view.subject)
            seen = await threads.get(address)
            await threads.want(address, seen, plan(seen, view, intent=new_intent(), forced=True, base_url=""))

    async def record(self, report: Report) -> None:
        """In its release, as a worker does it."""
        placement = place(Reference.parse(report.image), default_policy())
        if placement is not None:
            at = report.checked_at.timestamp()
            await Releases(self.store).record(MemberCheck(placement, report.digest, report.verdict, at))

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
        _, page = await self.get("/check")
        match = re.search(r'name="csrf" value="([^"]+)"', page)
        assert match is not None
        return match[1]


@pytest.fixture(autouse=True)
def nobody_gets_more_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has used up what may be asked at once is refused, however long a busy machine took for that."""
    for module, rates in RATES.items():
        for rate in rates:
            monkeypatch.setattr(module, rate, HARDLY)
    monkeypatch.setattr(pages, "visits_limited", partial(visits_limited, rate=HARDLY))


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
