"""The page of one image: its versions in time, moved tags, verdicts, and the comparison of two."""

from datetime import timedelta

import pytest

from bot.board import cell_of
from bot.oci.reference import Reference
from bot.policy import default_policy
from bot.releases import place
from bot.report import Report
from bot.store.board import Board
from tests.board.making import BAD, cell
from tests.pages.conftest import Site
from tests.pages.examples import NOW, failing, passing
from tests.pages.well_formed import read

OLD, NEW = "quay.io/demo/app:1.0.0", "quay.io/demo/app:1.1.0"


@pytest.fixture
def site_settings() -> dict[str, object]:
    return {"watch": ["*/demo/*"]}


async def remember(site: Site, *reports: Report) -> None:
    await site.remember(*reports)
    for report in reports:
        placement = place(Reference.parse(report.image), default_policy())
        assert placement is not None
        await Board(site.store).put(cell_of(report, placement))


async def test_versions_say_what_they_gained_and_lost(site: Site) -> None:
    await remember(site, passing(OLD), failing(NEW))
    words = read((await site.get("/image?name=demo/app"))[1]).words
    assert "✕ Fail app 1.1.0" in words
    assert "1.1.0 quay.io ! min ✕ no" in words
    assert "- lost provenance" in words
    assert "- lost SBOM" in words


async def test_a_version_that_moved_is_told(site: Site) -> None:
    moved = passing(OLD).model_copy(update={"digest": "sha256:" + "9" * 64, "checked_at": NOW + timedelta(days=1)})
    await remember(site, passing(OLD), moved)
    words = read((await site.get("/image?name=demo/app"))[1]).words
    assert f"{OLD} moved from sha256:4f0b1f6a4f0b… to sha256:999999999999…" in words


async def test_a_tag_that_moves_by_design_is_not(site: Site) -> None:
    latest = passing("quay.io/demo/app:latest")
    moved = latest.model_copy(update={"digest": "sha256:" + "9" * 64, "checked_at": NOW + timedelta(days=1)})
    await remember(site, latest, moved)
    words = read((await site.get("/image?name=demo/app"))[1]).words
    assert "Moved tags" not in words
    assert "History of verdicts" in words


async def test_two_images_are_compared_from_what_is_remembered(site: Site) -> None:
    await remember(site, passing(OLD), failing(NEW))
    page = read((await site.get("/image?name=demo/app"))[1])
    assert "/compare" in page.links
    words = read((await site.get(f"/compare?before={OLD}&after={NEW}"))[1]).words
    assert "provenance mode" in words
    assert "max -> min" in words
    assert "Lost" in words


@pytest.mark.parametrize(
    "path", ["/image", "/image?name=nothing", "/image?name=%00", "/compare", f"/compare?before={OLD}"]
)
async def test_what_is_not_known_is_not_found(site: Site, path: str) -> None:
    await remember(site, passing(OLD))
    assert (await site.get(path))[0] == 404


async def test_links_lead_to_pages_that_are_there(site: Site) -> None:
    await remember(site, passing(OLD), failing(NEW))
    links = {link for link in read((await site.get("/image?name=demo/app"))[1]).links if link.startswith("/")}
    links -= {"/compare"}
    assert {link: (await site.get(link))[0] for link in links} == dict.fromkeys(links, 200)


async def test_a_row_without_versions_has_a_page(site: Site) -> None:
    await Board(site.store).put(cell("quay.io/demo/app:nightly", **BAD))
    words = read((await site.get("/image?name=demo/app"))[1]).words
    assert "Tags that move" in words
    assert "Report of quay.io nightly" in words
