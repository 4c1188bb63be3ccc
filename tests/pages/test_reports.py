"""One report as a page and as JSON."""

import json
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from bot.render.slack.check_failure import CheckFailure
from bot.report import Report
from bot.slack.local_transport import CHANNEL, TEAM
from bot.slack.plan_failure import plan_failure
from bot.store.threads import Address, Threads, new_intent
from tests.pages.conftest import Site
from tests.pages.examples import DIGEST, IMAGE, NOW, failing, passing, result
from tests.pages.well_formed import read

CANNOT = {"outcome": "unknown", "subject": "image", "message": "quay.io did not answer"}


async def test_a_report_shows_everything_that_it_rests_on(site: Site) -> None:
    await site.remember(failing())
    page = (await site.get(f"/reports/{IMAGE}"))[1]
    words = read(page).words
    assert f'title="{DIGEST}"' in page
    for expected in (
        "✕ Fail app-min 1.0.0 Not ready: 2 problems.",
        "mode min",
        "https://github.com/acme/shop",
        "pkg:docker/alpine@3.22",
        "APP_VERSION",
        "cosign-tag ✓ Valid",
        "https://token.actions.githubusercontent.com",
        "Waived until 2027-01-31: signing is set up in the next sprint",
        "docker buildx imagetools inspect",
        "7 requests to the registry in 3 round trips; 3 count as pulls.",
        "The tag moved while it was checked.",
    ):
        assert expected in words


async def test_of_what_nobody_knows_the_page_does_not_say_what_is_missing(site: Site) -> None:
    """The title of a rule is what is wrong when it fails."""
    unread = result("signature-missing", "unknown", "The image is not signed", findings=[CANNOT])
    await site.remember(failing(results=[unread], verdict="unknown"))
    words = read((await site.get(f"/reports/{IMAGE}"))[1]).words
    assert "? Unknown signature-missing" in words
    assert "quay.io did not answer" in words
    assert "The image is not signed" not in words


async def test_a_report_has_an_address_of_its_own_when_the_tag_has_moved_on(site: Site) -> None:
    old = failing()
    new = passing(IMAGE).model_copy(update={"digest": "sha256:" + "9" * 64, "checked_at": NOW + timedelta(days=1)})
    await site.remember(old, new)
    assert "✕ Fail" in read((await site.get(f"/reports/{IMAGE}@{old.digest}"))[1]).words
    newest = read((await site.get(f"/reports/{IMAGE}"))[1]).words
    assert "✓ Pass app-min" in newest
    assert "History of this tag" in newest


async def test_the_same_as_json(site: Site) -> None:
    await site.remember(failing())
    for path in (f"/reports/{IMAGE}.json", f"/reports/{IMAGE}@{DIGEST}.json"):
        async with site.client.get(path) as response:
            assert response.content_type == "application/json"
            document = await response.json()
        assert document["schema"] == "provenance-bot/report/v1"
        assert Report.model_validate(document) == failing()


async def test_a_tag_may_end_like_a_format(site: Site) -> None:
    image = "quay.io/demo/app:v1.json"
    await site.remember(passing(image))
    assert (await site.get(f"/report?image={quote(image, safe='')}"))[0] == 200
    assert json.loads((await site.get(f"/reports/{image}.json"))[1])["image"] == image
    assert (await site.get(f"/reports/{image}@{DIGEST}"))[0] == 200


@pytest.mark.parametrize("path", ["/reports/quay.io/demo/nothing:1", "/report?image=quay.io/demo/nothing:1"])
async def test_a_report_that_is_not_there(site: Site, path: str) -> None:
    status, page = await site.get(path)
    assert status == 404
    assert "No report" in read(page).words


@pytest.mark.parametrize("path", ["/reports/..%2f..%2fetc", "/reports/UPPER", "/report", "/report?image=%00", "/x"])
async def test_what_is_no_image_is_not_found(site: Site, path: str) -> None:
    status, page = await site.get(path)
    assert status == 404
    assert "Not found" in read(page).words
    assert (await site.get("/reports/UPPER.json"))[0] == 404


async def test_who_asked_waits_on_a_page_that_refreshes_itself(site: Site) -> None:
    status, page = await site.get(await site.ask(IMAGE))
    assert status == 200
    assert '<meta http-equiv="refresh"' in page
    assert "Checking" in read(page).words


async def test_and_is_led_to_the_report_once_it_is_there(site: Site) -> None:
    old = failing()
    await site.remember(old)
    location = await site.ask(IMAGE)
    assert "Checking again" in read((await site.get(location))[1]).words
    await site.remember(old.model_copy(update={"checked_at": datetime.now(UTC)}))
    async with site.client.get(location, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (303, f"/reports/{IMAGE}")


async def test_and_reads_what_kept_us_from_checking(site: Site) -> None:
    trouble = CheckFailure(IMAGE, "quay.io answered 401. Asked quay.io once.", None, final=True)
    wanted = plan_failure(None, trouble, intent=new_intent(), now=1.0)
    await Threads(site.store).want(Address(TEAM, CHANNEL, IMAGE), None, wanted)
    status, page = await site.get(f"/reports/{IMAGE}?since={int(time.time())}")
    assert status == 200
    assert "http-equiv" not in page
    assert "Could not be checked" in read(page).words
    assert "quay.io answered 401." in read(page).words
    assert "Result before this check" in read((await site.get(await site.ask(IMAGE)))[1]).words


@pytest.mark.parametrize("since", ["-1", "x", "\u00b2", "\u0661", "9" * 20])
async def test_nonsense_in_the_address_is_not_waited_for(site: Site, since: str) -> None:
    status, page = await site.get(f"/reports/{IMAGE}?since={since}")
    assert status == 404
    assert "http-equiv" not in page


async def test_nobody_waits_for_what_will_not_come(site: Site) -> None:
    for since in (int(time.time()), int(time.time()) - 1000):
        status, page = await site.get(f"/reports/{IMAGE}?since={since}")
        assert status == 404
        assert "http-equiv" not in page
        assert "has not finished yet" in read(page).words
