"""What `/threads` shows of the threads."""

import pytest

from bot.render.slack.check_failure import CheckFailure
from bot.slack.local_transport import CHANNEL, TEAM
from bot.slack.plan_failure import plan_failure
from bot.store.threads import Address, Threads, new_intent
from tests.pages.conftest import Site
from tests.pages.examples import IMAGE, failing, passing
from tests.pages.well_formed import read


async def test_a_new_visitor_reads_what_will_happen_here(site: Site) -> None:
    status, page = await site.get("/threads")
    assert status == 200
    assert "No threads yet" in read(page).words


async def test_a_thread_shows_its_verdict_its_rules_and_what_to_do(site: Site) -> None:
    await site.remember(failing())
    words = read((await site.get("/threads"))[1]).words
    assert "✕ Fail demo/app-min 1.0.0: not ready" in words
    assert "Provenance is recorded in min mode" in words
    assert "“Nobody signed the image” could not be checked" in words
    assert "3 replies" in words
    assert "Likely because: builder.id is empty" in words
    assert "provenance: mode=max sbom: true" in words


async def test_the_time_of_the_newest_check_is_shown_although_the_message_is_not_edited(site: Site) -> None:
    """As after a restart: everything is checked again, and nothing has changed."""
    await site.remember(failing())
    assert "Checked 22 Nov 2026, 14:06 UTC" in read((await site.get("/threads"))[1]).words
    again = failing(checked_at="2026-11-29T19:12:00Z")
    await site.reports.save(again, started=1.0, policy="test")
    await site.record(again)
    for path in ("/threads", "/release?name=demo/app-min%201.0.0"):
        words = read((await site.get(path))[1]).words
        assert "Checked 29 Nov 2026, 19:12 UTC" in words
        assert "14:06" not in words.partition("Checked")[2]


async def test_the_newest_thread_is_on_top(site: Site) -> None:
    await site.remember(passing(), failing())
    words = read((await site.get("/threads"))[1]).words
    assert words.index("app-min 1.0.0") < words.index("app-max 1.0.0")


async def test_what_could_not_be_checked_is_said_as_such(site: Site) -> None:
    trouble = CheckFailure("quay.io/demo/gone:1", "quay.io answered 401. Asked quay.io once.", None, final=True)
    wanted = plan_failure(None, trouble, intent=new_intent(), now=1.0)
    await Threads(site.store).want(Address(TEAM, CHANNEL, trouble.image), None, wanted)
    page = read((await site.get("/threads"))[1])
    assert "? Unknown gone 1 could not be checked" in page.words
    assert "This says nothing about the image." in page.words
    assert not any(link.startswith("/reports/") for link in page.links)


async def test_many_threads_have_pages(site: Site) -> None:
    await site.remember(*(passing(f"quay.io/demo/app:{number}") for number in range(25)))
    first = read((await site.get("/threads"))[1])
    assert "/threads?skip=15" in first.links
    second = read((await site.get("/threads?skip=15"))[1])
    assert "app 9" in second.words
    assert "app 10" not in second.words
    assert "/threads" in second.links


@pytest.mark.parametrize("skip", ["-1", "x", "99999999999999999999", "\u0661", "\u00b2"])
async def test_nonsense_in_the_address_is_the_first_page(site: Site, skip: str) -> None:
    await site.remember(passing())
    status, page = await site.get(f"/threads?skip={skip}")
    assert status == 200
    read(page)


async def test_links_lead_to_pages_that_are_there(site: Site) -> None:
    await site.remember(failing(), passing())
    links = {link for link in read((await site.get("/threads"))[1]).links if link.startswith("/") and link != "/check"}
    assert f"/reports/{IMAGE}@{failing().digest}" in links
    assert {link: (await site.get(link))[0] for link in links} == dict.fromkeys(links, 200)
