"""The pages about rules."""

from bot.rules import catalogue
from tests.pages.conftest import Site
from tests.pages.well_formed import read


async def test_every_rule_is_listed_and_has_a_page(site: Site) -> None:
    listed = read((await site.get("/rules"))[1])
    for rule in catalogue():
        assert f"/rules/{rule.id}" in listed.links
        status, page = await site.get(f"/rules/{rule.id}")
        assert status == 200
        words = read(page).words
        assert rule.severity in words
        assert "Why it matters" in words


async def test_an_unknown_rule_is_not_found(site: Site) -> None:
    status, page = await site.get("/rules/no-such-rule")
    assert status == 404
    read(page)
