"""The whole bot with several workspaces: web and worker on a real store, a pretended Slack, a registry, browsers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from aiohttp import ClientSession
from msgspec import Struct, field

from bot.jobs.worker import run_worker
from bot.oci.reference import Reference
from bot.settings import Settings
from bot.store import Store
from bot.store.workspaces import Installations, TokenKeys
from handlers.__main__ import serve
from tests.fake_registry import FakeRegistry
from tests.fake_slack import FakeSlack, Sender
from tests.fake_slack.oauth import CLIENT_ID, CLIENT_SECRET
from tests.real_redis import RedisServer
from tests.town import HOOK_SECRET, Town
from tests.waiting import PATIENCE
from tests.workspaces.making import OTHER, TEAM, keys

BASE: Final = "https://bot.example.org"
CHANNELS: Final = {TEAM: "C0ACME", OTHER: "C0OTHER"}
KEYS: Final = keys("k1")


class Browser(Struct):
    """A person's browser: it follows redirects by hand, because the bot stands behind https in reality."""

    base: str
    session: ClientSession
    cookie: str = ""

    async def begin(self) -> str:
        """Ask for the installation; the state with which Slack is to send the browser back."""
        async with self.session.get(f"{self.base}/slack/install", allow_redirects=False) as answer:
            assert answer.status == 302, await answer.text()
            self.cookie = answer.headers["Set-Cookie"].partition(";")[0]
            return parse_qs(urlsplit(answer.headers["Location"]).query)["state"][0]

    async def come_back(self, **query: str) -> tuple[int, str]:
        """Slack sends the browser back."""
        headers = {"Cookie": self.cookie} if self.cookie else {}
        url = f"{self.base}/slack/oauth_redirect"
        async with self.session.get(url, params=query, headers=headers, allow_redirects=False) as answer:
            return answer.status, await answer.text()


class SeveralBot(Struct):
    """A running bot. `people[team]` type and press in that workspace."""

    slack: FakeSlack
    registry: FakeRegistry
    settings: Settings
    store: Store
    town: Town
    session: ClientSession
    people: dict[str, Sender] = field(default_factory=dict)

    @property
    def installations(self) -> Installations:
        return Installations(self.store, TokenKeys.parse(KEYS))

    def browser(self) -> Browser:
        return Browser(self.town.base, self.session)

    async def install(self, team: str) -> str:
        """A person installs the app there; the name of the workspace's part of the store."""
        browser = self.browser()
        state = await browser.begin()
        status, said = await browser.come_back(code=self.slack.oauth.authorize(team), state=state)
        assert status == 200, said
        if team in CHANNELS:
            self.slack.channel(CHANNELS[team], "releases", team=team)
        self.people[team] = Sender.to(f"{self.town.base}/slack/events", self.slack, self.session, team)
        return await self.part(team)

    async def part(self, team: str) -> str:
        stored = await self.installations.of(team)
        assert stored
        return stored.facts.workspace

    async def says(self, team: str, text: str) -> str:
        """What a person reads who types a command."""
        answer = await self.people[team].command(text, channel=CHANNELS[team])
        assert answer.status == 200
        return answer.text

    async def push(self, samples: Path, image: str = "demo/app", tag: str = "1.0", sample: str = "min_2p_dflt") -> int:
        """A registry announces an image."""
        digest = self.registry.add_layout(samples / sample, image, tag=tag)
        return await self.town.push(Reference(self.registry.host, image, tag), digest)

    def told(self, team: str) -> list[dict[str, Any]]:
        """The threads in that workspace's channel."""
        return self.slack.parents(CHANNELS[team], team)

    def has_told(self, team: str, count: int = 1) -> bool:
        return len(self.told(team)) >= count

    def private(self, team: str) -> list[dict[str, Any]]:
        """Everything that was answered to one person of that workspace through response_urls."""
        return [got for one in self.slack.space.responses.values() if one.channel == CHANNELS[team] for got in one.got]


@asynccontextmanager
async def several(
    server: RedisServer, store: Store, folder: Path, *teams: str, **more: object
) -> AsyncIterator[SeveralBot]:
    """The bot, which these workspaces have installed."""
    async with FakeSlack() as slack, FakeRegistry() as registry, ClientSession() as session:
        town = Town(registry.host, slack, folder)
        settings = server.settings(
            port=town.port,
            base_url=BASE,
            settle=0.1,
            webhooks=({"id": "own", "kind": "distribution", "secret": HOOK_SECRET, "hosts": [registry.host]},),
            private_hosts=(registry.host,),
            insecure_hosts=(registry.host,),
            github_api="",
            slack_signing_secret=slack.space.secret,
            slack_api_url=slack.api,
            slack_client_id=CLIENT_ID,
            slack_client_secret=CLIENT_SECRET,
            slack_token_keys=KEYS,
            **{"poll": 0, **more},
        )
        slack.oauth.redirect_url = f"{BASE}/slack/oauth_redirect"
        async with _running(settings, store):
            bot = SeveralBot(slack, registry, settings, store, town, session)
            for team in teams:
                await bot.install(team)
            yield bot


@asynccontextmanager
async def _running(settings: Settings, store: Store) -> AsyncIterator[None]:
    stop, started = asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(serve(settings, store, stop, started))
        group.create_task(run_worker(settings, stop))
        await asyncio.wait_for(started.wait(), PATIENCE)
        try:
            yield
        finally:
            stop.set()
