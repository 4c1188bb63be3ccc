"""Strangers learn no name of an image, project or channel from pages that are closed, off, or on another port."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.attention import NotePlace, StoredWaiver, WaiverScope
from bot.jobs.queue import open_queue
from bot.store import Store
from bot.store.attention import Waivers
from bot.store.board import Board
from bot.store.connection import connect
from bot.store.reports import Reports
from bot.store.slack_problems import ProblemCode, SlackProblem, SlackProblems
from bot.store.watches import StoredWatches, Watch
from handlers.app import Services, build
from tests.board.making import cell
from tests.fake_oidc import FakeProvider
from tests.jobs.parts import Looker, Teller, working
from tests.pages.examples import failing
from tests.pages.logging_in import login_settings
from tests.waiting import eventually

NAME = "hush-hush"
IMAGE = f"quay.io/{NAME}/app:1.0.0"
PROVIDER = FakeProvider(issuer="https://login.example")
TOKEN: dict[str, object] = {"slack_bot_token": "xoxb-1", "slack_signing_secret": "s" * 32, "watch": [f"*/{NAME}/*"]}
TOKEN |= {"slack_api_url": "http://127.0.0.1:1/", "slack_channel": f"#{NAME}"}
CLOSED: dict[str, dict[str, object]] = {
    "off": {"pages": "off"},
    "login": {"pages": "login"},
    "elsewhere": {"pages_port": 3001, "pages": "public", "oidc_issuer": "", "roles": {}},
}
IN_NO_CHANNEL = SlackProblem(code=ProblemCode.NOT_IN_CHANNEL, where=f"#{NAME}")
PATHS = (
    *("/", "/board.csv", "/board.json", "/board.md", "/threads", "/waivers", "/watches", "/rules", "/check"),
    *("/metrics", "/board.xml"),
    *(f"/reports/{IMAGE}", f"/reports/{IMAGE}.json", f"/report?image={IMAGE}", f"/image?name={NAME}/app", "/readyz"),
    *(f"/badge/quay.io/{NAME}/app.svg", f"/feed/{NAME}.atom", f"/release?name={NAME}/app+1.0.0", "/healthz", "/x"),
    *(f"/compare?before={IMAGE}&after={IMAGE}", f"/waive?image={IMAGE}", "/webhooks/none", "/slack/none", "/login"),
    *("/slack/events", "/webhooks/../", "/healthz/", "//", "/%2e%2e/", "/login/callback?state=x&code=y", "/logout"),
)  # fmt: skip


@asynccontextmanager
async def served(store: Store, changes: dict[str, object]) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    settings = login_settings(PROVIDER, **(TOKEN | changes))
    async with (
        open_queue(store, settings) as queue,
        TestClient(TestServer(build(settings, Services(store, queue)))) as client,
    ):
        yield client


async def fill(store: Store) -> None:
    await Board(store).put(cell(IMAGE))
    await Reports(store).save(failing(IMAGE), started=0.0, policy="test")
    await StoredWatches(store).add(Watch(glob=f"quay.io/{NAME}/*", who=NAME))
    place, today = NotePlace("", "", f"{NAME}/app 1.0.0"), failing().checked_at.date()
    waived = ((IMAGE, failing().digest),)
    await Waivers(store).add(StoredWaiver("w", place, "sbom-missing", WaiverScope.TAG, waived, NAME, today, NAME, 1.0))
    await SlackProblems(store).put(IN_NO_CHANNEL)


@pytest.mark.parametrize("how", CLOSED)
async def test_no_name_is_told(store: Store, how: str) -> None:
    await fill(store)
    async with served(store, CLOSED[how]) as client:
        for path in PATHS:
            for method in ("GET", "POST", "PUT"):
                async with client.request(method, path, allow_redirects=False) as answer:
                    led = answer.headers.get("Location", "").partition("?next=")[0]
                    assert NAME not in led + await answer.text(), (method, path)
                    assert answer.status != 500
        metrics = await client.get("/metrics", allow_redirects=False)
        assert metrics.status in {303, 401, 404}


async def test_open_pages_tell_which_channel(store: Store) -> None:
    """The test above would notice it."""
    await fill(store)
    async with served(store, {"pages": "public", "oidc_issuer": "", "roles": {}}) as client:
        assert NAME in await (await client.get("/")).text()


@pytest.mark.parametrize("how", [*CLOSED, "open"])
async def test_a_channel_is_not_told_by_a_bot_that_works(store: Store, how: str) -> None:
    await fill(store)
    open_to_all: dict[str, object] = {"pages": "public", "oidc_issuer": "", "roles": {}}
    async with working(store, Looker([]), Teller()), served(store, CLOSED.get(how, open_to_all)) as client:

        async def facts() -> dict[str, Any]:
            return dict(await (await client.get("/readyz")).json())

        async def has_looked() -> bool:
            found = await facts()
            return bool(found["workers"]) and found["slack"] == ["unreachable"]

        problems = SlackProblems(store)
        await problems.replace([ProblemCode.NOT_IN_CHANNEL], [])
        await eventually(has_looked)
        await problems.replace([ProblemCode.UNREACHABLE], [IN_NO_CHANNEL])
        found = await facts()
        assert found["slack"] == ["not-in-channel"]
        assert (NAME in found["why"]) is (how == "open")


@pytest.mark.parametrize("how", CLOSED)
async def test_the_store_s_address_is_not_told(store: Store, how: str, tmp_path: Path) -> None:
    gone = Store(connect(f"unix://{tmp_path}/{NAME}"), f"unix://{tmp_path}/{NAME}")
    settings = login_settings(PROVIDER, **(TOKEN | CLOSED[how]))
    async with (
        open_queue(store, settings) as queue,
        TestClient(TestServer(build(settings, Services(gone, queue)))) as client,
    ):
        for path in ("/readyz", "/", "/threads", "/login/callback?state=x&code=y"):
            headers = {"Cookie": f"provenance_session={'x' * 43}", "Accept": "text/html"}
            async with client.get(path, headers=headers, allow_redirects=False) as answer:
                assert NAME not in await answer.text()
                assert path != "/readyz" or answer.status == 503
