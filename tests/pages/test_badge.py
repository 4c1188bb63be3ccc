"""Badges and feeds: right, readable by everybody, and silent about what is not watched."""

from xml.etree import ElementTree as ET

import pytest
from ruamel.yaml import YAML

from bot.board import BoardMode
from bot.render.html.badge import COLOURS, badge
from bot.store.board import Board
from tests.board.making import BAD, DAY, cell
from tests.making import digest
from tests.pages.conftest import Site
from tests.pages.well_formed import read

SVG = "{http://www.w3.org/2000/svg}"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def site_settings() -> dict[str, object]:
    return {"watch": ["*/acme/*"], "base_url": "https://bot.example"}


async def title(site: Site, path: str) -> str:
    status, text = await site.get(path)
    assert status == 200
    found = ET.fromstring(text).find(f"{SVG}title")  # noqa: S314 - our own
    assert found is not None
    return found.text or ""


async def test_a_badge_says_the_mode_of_the_newest_version_or_of_a_tag(site: Site) -> None:
    board = Board(site.store)
    await board.put(cell("quay.io/acme/app:1.0.0", **BAD))
    await board.put(cell("quay.io/acme/app:1.1.0"))
    await board.put(cell("docker.io/acme/app:1.1.0", mode=BoardMode.MIN))
    await board.put(cell("quay.io/acme/app:1.1.0-native", mode=BoardMode.UNKNOWN))
    assert await title(site, "/badge/quay.io/acme/app.svg") == "provenance: max"
    assert await title(site, "/badge/docker.io/acme/app.svg") == "provenance: min"
    assert await title(site, "/badge/quay.io/acme/app:1.0.0.svg") == "provenance: missing"
    assert await title(site, "/badge/quay.io/acme/app:1.1.0-native.svg") == "provenance: unknown"


async def test_a_digest_has_the_badge_of_no_other_digest(site: Site) -> None:
    """A README that names the digest of another build does not get the tag's badge."""
    await Board(site.store).put(cell("quay.io/acme/app:1.0.0"))
    known, other = cell("quay.io/acme/app:1.0.0").digest, digest("another build")
    for name in (f"app:1.0.0@{known}", f"app@{known}"):
        assert await title(site, f"/badge/quay.io/acme/{name}.svg") == "provenance: max"
    for name in (f"app:1.0.0@{other}", f"app@{other}", f"app:1.1.0@{known}"):
        assert (await site.get(f"/badge/quay.io/acme/{name}.svg"))[0] == 404


async def test_it_may_be_kept_for_five_minutes_and_asked_for_again_cheaply(site: Site) -> None:
    await Board(site.store).put(cell())
    async with site.client.get("/badge/quay.io/acme/app.svg") as response:
        assert response.headers["Cache-Control"] == "public, max-age=300"
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        tag = response.headers["ETag"]
    async with site.client.get("/badge/quay.io/acme/app.svg", headers={"If-None-Match": tag}) as response:
        assert response.status == 304
        assert not await response.read()
    async with site.client.get("/badge/quay.io/acme/app.svg", headers={"If-None-Match": '"other"'}) as response:
        assert response.status == 200


async def test_what_is_not_watched_is_not_found_whether_it_is_known_or_not(site: Site) -> None:
    await Board(site.store).put(cell("quay.io/secret/app:1.0.0"))
    await Board(site.store).put(cell("quay.io/acme/app:1.0.0"))
    answers = {
        (await site.get(f"/badge/{name}.svg"))
        for name in ("quay.io/secret/app", "quay.io/nothing/app", "quay.io/acme/app:9", "ghcr.io/acme/app", "UPPER")
    }
    assert len(answers) == 1
    assert {status for status, _ in answers} == {404}


@pytest.mark.parametrize("mode", BoardMode)
def test_every_badge_is_sound_and_has_enough_contrast(mode: BoardMode) -> None:
    root = ET.fromstring(badge(mode))  # noqa: S314 - our own
    assert root.get("role") == "img"
    assert root.get("aria-label") == f"provenance: {mode}".replace("-", " ")
    assert contrast(COLOURS[mode]) >= 4.5


def contrast(colour: str) -> float:
    """Of white text on that colour, by WCAG 2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


async def test_the_image_s_page_has_what_to_paste(site: Site) -> None:
    await Board(site.store).put(cell())
    page = read((await site.get("/image?name=acme/app"))[1])
    assert "/badge/quay.io/acme/app.svg" in page.links
    assert (
        "[![provenance](https://bot.example/badge/quay.io/acme/app.svg)](https://bot.example/image?name=acme%2Fapp)"
        in page.words
    )
    text = "".join(page.text)
    chart = YAML(typ="safe").load(text[text.index("annotations:\n") : text.index("Changes of all")])["annotations"]
    assert YAML(typ="safe").load(chart["artifacthub.io/images"]) == [{"name": "app", "image": "quay.io/acme/app:1.0.0"}]
    assert YAML(typ="safe").load(chart["artifacthub.io/links"])[0]["url"] == "https://bot.example/image?name=acme%2Fapp"


async def test_a_project_has_a_feed(site: Site) -> None:
    board = Board(site.store)
    await board.put(cell("quay.io/acme/app:1.0.0", at=DAY))
    await board.put(cell("quay.io/acme/web:2.0.0", at=2 * DAY, **BAD | {"cause": "a\x00<b>&"}))
    status, text = await site.get("/feed/acme.atom")
    assert status == 200
    root = ET.fromstring(text)  # noqa: S314 - our own
    assert root.tag == f"{ATOM}feed"
    for parent in (root, *root.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(parent.findall(f"{ATOM}{name}")) == 1
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "provenance-bot"
    entries = list(root.iter(f"{ATOM}entry"))
    assert [one.findtext(f"{ATOM}title") for one in entries] == ["web 2.0.0: fail", "app 1.0.0: pass"]
    assert entries[0].findtext(f"{ATOM}updated") == root.findtext(f"{ATOM}updated") == "1970-01-03T00:00:00+00:00"
    links = [link.get("href") for one in entries for link in one.iter(f"{ATOM}link")]
    assert links == [f"https://bot.example/image?name=acme%2F{name}" for name in ("web", "app")]
    assert len({one.findtext(f"{ATOM}id") for one in entries}) == 2


async def test_an_entry_gets_another_id_when_the_verdict_changes(site: Site) -> None:
    board = Board(site.store)
    ids = []
    for at, its in ((1, {}), (2, {}), (3, BAD)):
        await board.put(cell(at=at * DAY, **its))
        root = ET.fromstring((await site.get("/feed/acme.atom"))[1])  # noqa: S314 - our own
        ids.append(root.findtext(f"{ATOM}entry/{ATOM}id"))
    assert ids[0] == ids[1] != ids[2]


async def test_a_project_that_is_not_there_has_none(site: Site) -> None:
    await Board(site.store).put(cell("quay.io/secret/app:1.0.0"))
    assert (await site.get("/feed/secret.atom"))[0] == 404
