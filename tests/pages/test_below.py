"""Pages below a path: every link and redirect has it in front, and no text of others is changed."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.jobs.queue import open_queue
from bot.settings import Settings
from bot.store import Store
from bot.store.board import Board
from handlers.app import Services, build
from handlers.pages._below import path_of
from tests.board.making import cell
from tests.pages.conftest import Site
from tests.pages.examples import IMAGE, failing
from tests.pages.well_formed import read

PATH = "/corp/provenance"


@pytest.fixture
def site_settings() -> dict[str, object]:
    return {"watch": ["*/demo/*"], "base_url": f"http://bot.example{PATH}/"}


async def test_every_link_has_the_path(site: Site) -> None:
    await site.remember(failing(notes=['see href="/rules" and <a href="/x">']))
    await Board(site.store).put(cell("quay.io/demo/app-min:1.0.0"))
    for path in ("/", "/threads", "/check", "/rules", "/nothing", f"/reports/{IMAGE}", "/image?name=demo/app-min"):
        text = (await site.get(path))[1]
        links = [link for link in read(text).links if link.startswith("/")]
        assert links
        assert all(link.startswith(f"{PATH}/") for link in links), path
    assert 'see href="/rules" and <a href="/x">' in read((await site.get(f"/reports/{IMAGE}"))[1]).words


async def test_a_redirect_has_it_too(site: Site) -> None:
    assert (await site.ask(IMAGE)).startswith(f"{PATH}/reports/")


async def test_addresses_for_other_sites_have_it_once(site: Site) -> None:
    await Board(site.store).put(cell("quay.io/demo/app:1.0.0"))
    words = read((await site.get("/image?name=demo/app"))[1]).words
    assert f"http://bot.example{PATH}/badge/quay.io/demo/app.svg" in words
    assert f"{PATH}{PATH}" not in words


BEHIND = {
    "X-Forwarded-For": "198.51.100.1",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "bot.example",
    "X-Forwarded-Prefix": "/corp",
}


@pytest.fixture
async def behind(store: Store) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    """A bot that knows its public address only from its proxy, which is at 127.0.0.1."""
    settings = Settings.model_validate({"watch": ["*/demo/*"], "forwarded": ["127.0.0.1"]})
    await Board(store).put(cell("quay.io/demo/app:1.0.0"))
    async with open_queue(store, settings) as queue:
        app = build(settings, Services(store, queue))
        async with TestClient(TestServer(app), headers=BEHIND) as client:
            yield client


async def test_a_listed_proxy_says_the_address(behind: TestClient[web.Request, web.Application]) -> None:
    page = read(await (await behind.get("/image?name=demo/app")).text())
    assert "https://bot.example/corp/badge/quay.io/demo/app.svg" in page.words
    assert all(link.startswith("/corp/") for link in page.links if link.startswith("/"))
    cookie = (await behind.get("/check")).cookies["provenance_csrf"]
    assert cookie["secure"]
    feed = await behind.get("/feed/demo.atom")
    assert "https://bot.example/corp/feed/demo.atom" in await feed.text()
    assert feed.headers["Cache-Control"] == "private, no-store", "another visitor's proxy may say another address"


async def test_the_header_that_the_proxy_writes_is_the_one_that_counts(store: Store) -> None:
    told = {"watch": ["*/demo/*"], "forwarded": ["127.0.0.1"], "forwarded_header": "forwarded"}
    settings = Settings.model_validate(told)
    await Board(store).put(cell("quay.io/demo/app:1.0.0"))
    standard = {"Forwarded": "for=198.51.100.1;proto=https;host=other.example"}
    async with open_queue(store, settings) as queue:
        app = build(settings, Services(store, queue))
        async with TestClient(TestServer(app), headers=BEHIND | standard) as client:
            text = await (await client.get("/feed/demo.atom")).text()
    assert "https://other.example/feed/demo.atom" in text
    assert "bot.example" not in text, "the other headers come from whoever asks"


async def test_a_visitor_does_not_say_it(site: Site) -> None:
    async with site.client.get("/check", headers=BEHIND) as response:
        assert not response.cookies["provenance_csrf"]["secure"]
        assert "/corp/rules" not in await response.text()


@pytest.mark.parametrize(("url", "path"), [("", ""), ("https://x", ""), ("https://x/", ""), ("https://x/a/b", "/a/b")])
def test_the_path_of_an_address(url: str, path: str) -> None:
    assert path_of(url) == path
