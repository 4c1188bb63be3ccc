"""Pages below a path: every link and redirect has it in front, and no text of others is changed."""

import pytest

from bot.store.board import Board
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


@pytest.mark.parametrize(("url", "path"), [("", ""), ("https://x", ""), ("https://x/", ""), ("https://x/a/b", "/a/b")])
def test_the_path_of_an_address(url: str, path: str) -> None:
    assert path_of(url) == path
