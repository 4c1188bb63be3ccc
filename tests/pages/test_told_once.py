"""A loss and the absence that it covers stand on a page once."""

from bot.render.html.pages import sheet
from tests.pages.conftest import Site
from tests.pages.well_formed import read
from tests.rules.earlier import LOST


async def test_on_a_page(site: Site) -> None:
    told = [one.result.rule for block in sheet(LOST).fixes for one in block.problems]
    assert sorted(told) == sorted(one.rule for one in LOST.told() if one.required)
    await site.remember(LOST)
    words = read((await site.get(f"/reports/{LOST.image}"))[1]).words
    assert "The same is why provenance-missing fails, too." in words
    assert "No provenance" not in words
