"""What the tools that the policy names find, on the page of a report."""

from bot.report import ReaderSummary
from tests.pages.conftest import Site
from tests.pages.examples import IMAGE, failing, passing
from tests.pages.well_formed import read

SCOUT = ReaderSummary(
    reader="docker-scout",
    version="Docker Scout 1.23",
    signature="not-read",
    provenance="unseen",
    sbom="seen",
    why="provenance: it is in <min> mode",
)


async def test_a_page_shows_what_each_tool_finds(site: Site) -> None:
    await site.remember(failing(readers=[SCOUT.model_dump()]))
    words = read((await site.get(f"/reports/{IMAGE}"))[1]).words
    assert "What 1 reader finds" in words
    assert "docker-scout Docker Scout 1.23not readunseenseen" in words
    assert "provenance: it is in <min> mode" in words


async def test_a_page_of_an_image_without_readers_does_not_speak_of_them(site: Site) -> None:
    await site.remember(passing(IMAGE))
    assert "docker-scout" not in read((await site.get(f"/reports/{IMAGE}"))[1]).words
