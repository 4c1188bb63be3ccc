"""What board and badges know besides reports: registries that cannot be read any more, and open pull requests."""

import json
from typing import Final

import pytest
from msgspec import Struct

from bot.polling.second.outcomes import UNREACHABLE_TOLD_AFTER, SecondOutcome
from bot.store import Store
from bot.store.attention import Notes
from bot.store.board import Board
from bot.store.lease import Leases
from bot.store.second_looks import SecondLook, SecondLooks
from bot.values import replace
from tests.attention.saying import proposed
from tests.board.making import BAD, cell
from tests.pages.conftest import Site
from tests.pages.well_formed import read

APP: Final = "quay.io/acme/app:1.0.0"
DAY: Final = 24 * 3600.0


@pytest.fixture
def site_settings() -> dict[str, object]:
    return {"watch": ["*/acme/*"], "base_url": "https://bot.example"}


class Looks(Struct):
    """What the second look keeps."""

    store: Store

    async def keep(self, image: str, outcome: SecondOutcome, *, days: float, due: float = 1.0) -> None:
        """Since so many days; it is due again in so many days."""
        now = await self.store.now()
        lease = await Leases(self.store, "polling", "test", seconds=60).take()
        assert lease is not None
        look = SecondLook(outcome=outcome.value, since=now - days * DAY, looked_at=now)
        await SecondLooks(self.store).save(image, look, due=now + due * DAY, lease=lease)

    async def pass_days(self, image: str, days: float) -> None:
        """So many days pass, in which nobody looks at the image."""
        await self.store.redis.zincrby(self.store.key("second-looks"), -days * DAY, image)


async def badge(site: Site, name: str = "quay.io/acme/app") -> str:
    return (await site.get(f"/badge/{name}.svg"))[1].partition("<title>")[2].partition("<")[0]


async def test_a_badge_says_unknown_when_its_registry_could_not_be_read_for_three_days(site: Site) -> None:
    await Board(site.store).put(cell(APP))
    await Looks(site.store).keep(APP, SecondOutcome.UNREACHABLE, days=4)
    assert await badge(site) == await badge(site, APP) == "provenance: unknown"
    page = read((await site.get("/"))[1])
    assert "1 image: 1 unknown" in page.words
    assert "quay.io could not be read since" in page.words
    assert "? Unknown" in page.words
    assert "max" not in page.words
    (row,) = json.loads((await site.get("/board.json"))[1])["rows"]
    assert (row["provenance"], row["verdict"], bool(row["images"][0]["unread_since"])) == ("unknown", "unknown", True)
    assert "quay.io could not be read since" in read((await site.get("/image?name=acme/app"))[1]).words


async def test_a_night_without_the_registry_changes_nothing(site: Site) -> None:
    await Board(site.store).put(cell(APP))
    await Looks(site.store).keep(APP, SecondOutcome.UNREACHABLE, days=UNREACHABLE_TOLD_AFTER / DAY - 0.1)
    assert await badge(site) == "provenance: max"


async def test_when_no_worker_looks_for_days_nobody_knows_either(site: Site) -> None:
    await Board(site.store).put(cell(APP))
    await Looks(site.store).keep(APP, SecondOutcome.SAME, days=9, due=-3.1)
    assert await badge(site) == "provenance: unknown"


async def test_nor_when_its_tag_vanished_and_no_worker_looked_for_days(site: Site) -> None:
    await Board(site.store).put(cell(APP))
    looks = Looks(site.store)
    await looks.keep(APP, SecondOutcome.SAME, days=1)
    await SecondLooks(site.store).hasten(APP, await site.store.now())
    await looks.pass_days(APP, 3.1)
    assert await badge(site) == "provenance: unknown"
    assert "quay.io could not be read since" in read((await site.get("/image?name=acme/app"))[1]).words


async def test_a_moment_after_its_tag_vanished_the_next_round_may_still_come(site: Site) -> None:
    await Board(site.store).put(cell(APP))
    await Looks(site.store).keep(APP, SecondOutcome.SAME, days=1)
    await SecondLooks(site.store).hasten(APP, await site.store.now())
    assert await badge(site) == "provenance: max"


async def test_an_image_that_drifted_is_known(site: Site) -> None:
    await Board(site.store).put(cell(APP))
    await Looks(site.store).keep(APP, SecondOutcome.DRIFTED, days=9)
    assert await badge(site) == "provenance: max"


async def test_the_other_registry_is_still_known(site: Site) -> None:
    await Board(site.store).put(cell(APP, **BAD))
    await Board(site.store).put(cell(APP.replace("quay.io", "docker.io")))
    await Looks(site.store).keep(APP, SecondOutcome.UNREACHABLE, days=4)
    assert await badge(site) == "provenance: unknown"
    assert await badge(site, "docker.io/acme/app") == "provenance: max"
    words = read((await site.get("/"))[1]).words
    assert "docker.io max, SBOM yes, signed no, pass" in words
    assert "provenance disabled" not in words, "what was a failure days ago may be none now"


async def test_a_row_shows_the_pull_request_that_somebody_opened_for_it(site: Site) -> None:
    for image in (APP, "quay.io/acme/web:1.0.0", "quay.io/acme/app:1.0.0-native"):
        await Board(site.store).put(cell(image, **BAD))
    fix = proposed(image="quay.io/acme/app", at=await site.store.now())
    await Notes(site.store).put(fix)
    page = (await site.get("/"))[1]
    assert page.count("pull request #1") == 1
    assert fix.url in read(page).links
    assert "pull request #1" in read((await site.get("/image?name=acme/app"))[1]).words
    assert "pull request" not in read((await site.get("/image?name=acme/app%20-native"))[1]).words
    rows = {
        row["image"] + row["family"]: row["pull_request"]
        for row in json.loads((await site.get("/board.json"))[1])["rows"]
    }
    assert rows == {"acme/app": fix.url, "acme/web": None, "acme/app-native": None}
    assert fix.url in (await site.get("/board.csv"))[1]
    assert "acme/app/pull/1" in (await site.get("/board.md"))[1]


@pytest.mark.parametrize("state", ["merged", "closed"])
async def test_one_that_is_merged_or_closed_is_not_shown(site: Site, state: str) -> None:
    await Board(site.store).put(cell(APP, **BAD))
    fix = proposed(image="quay.io/acme/app", at=await site.store.now())
    assert await Notes(site.store).put(fix)
    assert await Notes(site.store).put(fix.became(state), seen=fix)
    assert "pull request" not in read((await site.get("/"))[1]).words


async def test_nor_is_one_of_an_image_that_passes_or_one_that_nobody_follows_any_more(site: Site) -> None:
    await Board(site.store).put(cell(APP))
    await Board(site.store).put(cell("quay.io/acme/web:1.0.0", **BAD))
    now = await site.store.now()
    await Notes(site.store).put(proposed(image="quay.io/acme/app", at=now))
    old = proposed(image="quay.io/acme/web", at=now - 31 * DAY)
    await Notes(site.store).put(replace(old, place=replace(old.place, subject="acme/web 1.0.0")))
    assert "pull request" not in read((await site.get("/"))[1]).words


async def test_an_address_that_is_not_one_is_no_link(site: Site) -> None:
    await Board(site.store).put(cell(APP, **BAD))
    fix = proposed(image="quay.io/acme/app", at=await site.store.now(), url="javascript:alert(1)")
    await Notes(site.store).put(fix)
    page = (await site.get("/"))[1]
    assert "pull request #1" in page
    assert "javascript:" not in page
