"""Every page, full of hostile names: nothing of them becomes markup; nothing on a page is inline or from elsewhere."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from msgspec import Struct

from bot.attention import NotePlace, StoredWaiver, WaiverScope
from bot.jobs.queue import open_queue
from bot.login.visitor import Visitor
from bot.store import Store
from bot.store.attention import Waivers
from bot.store.board import Board
from bot.store.logins import Sessions
from bot.store.watches import StoredWatches, Watch
from handlers.app import Services, build
from tests.board.making import cell
from tests.fake_oidc import running_provider
from tests.pages.conftest import Site
from tests.pages.examples import PROVENANCE, failing, result
from tests.pages.logging_in import login_settings
from tests.pages.test_hostile import WORDS
from tests.pages.well_formed import read

IMAGE: Final = "quay.io/demo/app:1.0.0"
OLDER: Final = "quay.io/demo/app:0.9.0"

ADDRESSES: Final = {
    "/": ("/", "/?q={words}&project={words}&registry={words}&rule={words}&sort={words}&page={words}"),
    "/board.{format}": ("/board.csv", "/board.json", "/board.md"),
    "/badge/{image}.svg": ("/badge/quay.io/demo/app.svg",),
    "/feed/{project}.atom": ("/feed/{words}.atom",),
    "/image": ("/image?name=demo/app", "/image?name={words}"),
    "/compare": (f"/compare?before={OLDER}&after={IMAGE}", "/compare?before={words}&after={words}&since={words}"),
    "/threads": ("/threads", "/threads?skip={words}"),
    "/reports/{image}": (f"/reports/{IMAGE}", "/reports/{words}"),
    "/report": (f"/report?image={IMAGE}&since=1", "/report?image={words}"),
    "/release": ("/release?name=demo/app%201.0.0", "/release?name={words}"),
    "/rules": ("/rules",),
    "/rules/{id}": ("/rules/sbom-missing", "/rules/{words}"),
    "/waivers": ("/waivers",),
    "/watches": ("/watches",),
    "/check": ("/check", "/check?image={words}"),
    "/waive": (f"/waive?image={IMAGE}&rule={{words}}", "/waive?image={words}"),
    "/login": ("/login?next={words}",),
    "/login/callback": ("/login/callback?error={words}&state={words}&code={words}&iss={words}",),
    "/login/start": ("/login/start?next={words}",),
    "/nothing": ("/nothing/{words}", "/{words}"),
}
"""Where each route of the pages is looked at."""

ELSEWHERE: Final = {"/assets/{version}/{name}", "/healthz", "/readyz"}
"""What has no words of others."""


class Shown(Struct):
    """The pages as somebody of all roles sees them, whose own name is hostile, too."""

    client: TestClient[web.Request, web.Application]
    routes: frozenset[str]


async def fill(site: Site, words: str) -> None:
    provenance = {**PROVENANCE, "builder_id": words, "source": words, "revision": words, "build_args": [words]}
    platform = {"platform": words, "digest": words, "provenance": provenance, "sbom": {"state": "absent"}}
    cause = {"cause": words, "sureness": "certain", "because": words, "fix": words, "snippet": words, "verify": words}
    broken = result(
        "sbom-missing", "fail", words, findings=[{"subject": words, "message": words}], causes=[cause], reason=words
    )
    for image in (OLDER, IMAGE):
        report = failing(image, platforms=[platform], results=[broken], notes=[words], policy=words)
        await site.remember(report)
        await Board(site.store).put(cell(image, project=words, cause=words, failing=(words,), readers=(words,)))
    waived = ((IMAGE, failing().digest), (words, words))
    waiver = StoredWaiver(
        "w1", NotePlace("", "", words), words, WaiverScope.TAG, waived, words, datetime.now(UTC).date(), words, 1.0
    )
    await Waivers(site.store).add(waiver)
    await StoredWatches(site.store).add(Watch(glob="quay.io/demo/*", who=words, channel=words, at=1.0))


@pytest.fixture(params=WORDS)
def words(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def shown(store: Store, words: str) -> AsyncIterator[Shown]:
    async with AsyncExitStack() as stack:
        provider = await stack.enter_async_context(running_provider())
        settings = login_settings(provider)
        queue = await stack.enter_async_context(open_queue(store, settings))
        app = build(settings, Services(store, queue))
        session = await Sessions(store).open(Visitor(provider.issuer, words, words, ("release-managers",)))
        headers = {"Cookie": f"provenance_session={session}", "Accept": "text/html"}
        client = await stack.enter_async_context(TestClient(TestServer(app), headers=headers))
        await fill(Site(client, store), words)
        routes = {one.canonical for one in app.router.resources() if not one.canonical.startswith("/webhooks")}
        yield Shown(client, frozenset(routes))


async def test_hostile_names_on_every_page(shown: Shown, words: str) -> None:
    """The list of addresses has every page: a new one is missing here until it is looked at."""
    gets = {one for one in shown.routes if one not in {"/logout", "/waivers/revoke"} | ELSEWHERE}
    assert gets == ADDRESSES.keys() - {"/nothing"}
    for addresses in ADDRESSES.values():
        for address in addresses:
            await look(shown, address.replace("{words}", quote(words, safe="")), words)


async def look(shown: Shown, address: str, words: str) -> None:
    async with shown.client.get(address, allow_redirects=False) as answer:
        text = await answer.text()
        assert answer.status < 500 or "The login provider" in text, address
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert policy.startswith("default-src 'none'")
        if answer.content_type == "text/html":
            page = read(text)
            outside = {link for link in page.links if not link.startswith("/")}
            assert not {link for link in outside if "evil" in link or "alert" in link}, address
            if set(words) & set("<>\"'"):
                assert words not in text, address
        elif answer.content_type in {"image/svg+xml", "application/atom+xml"}:
            assert "<script" not in text
            assert "<img" not in text
