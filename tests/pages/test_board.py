"""The board as visitors see it."""

import csv
import io
import json
from typing import Any, Final

import pytest

from bot.report import Verdict
from bot.store.board import ROWS_MAX, Board
from tests.board.making import BAD, DAY, cell, put_many
from tests.pages.conftest import Site
from tests.pages.examples import passing
from tests.pages.well_formed import read

BYTES_MAX = 100_000


@pytest.fixture
def site_settings() -> dict[str, object]:
    return {"watch": ["*/acme/*", "*/demo/*"]}


async def put(site: Site, *images: str, **changes: Any) -> None:  # noqa: ANN401 - any field of a cell
    for number, image in enumerate(images):
        await Board(site.store).put(cell(image, at=(number + 1) * DAY, **changes))


async def test_an_empty_board_says_what_will_happen_and_offers_a_check(site: Site) -> None:
    page = read((await site.get("/"))[1])
    assert "No images yet" in page.words
    assert "/check" in page.links


async def test_a_cause_spells_names_as_they_are(site: Site) -> None:
    await put(site, "quay.io/acme/web:2.0.0", **{**BAD, "cause": "sbom-not-requested"})
    page = read((await site.get("/"))[1])
    assert "SBOM not requested" in page.words


async def test_one_row_says_everything_that_matters(site: Site) -> None:
    await put(site, "quay.io/acme/app:1.0.0")
    await put(site, "quay.io/acme/web:2.0.0", **BAD)
    page = read((await site.get("/"))[1])
    assert "2 images: 1 max · 1 missing" in page.words
    assert "acme web 2.0.0 ✕ missing ✕ no ○ no ✕ Fail report on web provenance disabled 2 Jan 1970" in page.words
    assert page.words.index("acme web") < page.words.index("acme app")


MOVES: Final[dict[str, Any]] = {"version": ""}
"""A tag that moves by design."""


async def test_what_fails_is_named_and_linked_where_it_is_a_tag_that_moves(site: Site) -> None:
    """Seen: a row with an SBOM, and beside it "Fail, SBOM not requested", that led to the report that passes."""
    await put(site, "quay.io/acme/app:1.0.0")
    await put(site, "quay.io/acme/app:edge", **BAD, **MOVES)
    page = read((await site.get("/"))[1])
    assert "✕ Fail report on app edge: provenance disabled" in page.words
    assert sum("/acme/app:edge@" in link for link in page.links) == 2, "by its name, and by the verdict"


async def test_a_tag_that_fails_is_shown_however_many_were_checked_since(site: Site) -> None:
    await put(site, "quay.io/acme/app:1.0.0")
    await put(site, "quay.io/acme/app:edge", **BAD, **MOVES)
    await put(site, *(f"quay.io/acme/app:day{number}" for number in range(8)), **MOVES)
    assert "edge: provenance disabled" in read((await site.get("/"))[1]).words


async def test_a_tag_that_moves_stands_once_whatever_the_number_of_registries(site: Site) -> None:
    """Seen: `1 max, 1 max, latest max, latest max`."""
    await put(site, "quay.io/acme/app:1.0.0", "docker.io/acme/app:1.0.0")
    await put(site, "quay.io/acme/app:latest", "docker.io/acme/app:latest", **MOVES)
    await put(site, "quay.io/acme/app:edge", **MOVES)
    await put(site, "docker.io/acme/app:edge", **BAD, **MOVES)
    words = read((await site.get("/"))[1]).words
    assert words.count("latest") == 1
    assert (
        "edge (quay.io) max, edge (docker.io) missing" in words
        or "edge (docker.io) missing, edge (quay.io) max" in words
    )


async def test_the_verdict_is_counted_although_all_images_have_the_same(site: Site) -> None:
    """Seen: six images that fail below "6 images: 6 max", all of it green."""
    await put(site, "quay.io/acme/app:1.0.0", verdict=Verdict.FAIL, failing=("signature-missing",))
    assert "Verdict fail 1" in read((await site.get("/"))[1]).words


async def test_what_is_counted_is_what_is_shown(site: Site) -> None:
    """The chips tell what a next step would choose; the headline and the downloads tell what was chosen."""
    await put(site, "quay.io/acme/app:1.0.0")
    await put(site, "quay.io/acme/web:2.0.0", **BAD)
    page = read((await site.get("/?mode=missing"))[1])
    assert "1 of 2 images: 1 missing" in page.words
    assert "max 1 missing 1" in page.words
    assert "**1 image: 1 missing**" in (await site.get("/board.md?mode=missing"))[1]
    assert json.loads((await site.get("/board.json?mode=missing"))[1])["counts"] == {"missing": 1}


async def test_registries_that_differ_are_told_apart(site: Site) -> None:
    await put(site, "quay.io/acme/app:1.0.0", absent=("docker.io",))
    await put(site, "ghcr.io/acme/app:1.0.0", **BAD)
    words = read((await site.get("/"))[1]).words
    assert "quay.io max, SBOM yes, signed no, pass" in words
    assert "ghcr.io missing, SBOM no, signed no, fail" in words
    assert "not seen at docker.io" in words, "as the release's page and its thread say it"


async def test_visitors_that_flood_leave_board_and_threads_unchanged(site: Site) -> None:
    """What a worker remembers of checks that only visitors asked for is not on the board, nor on its downloads."""
    await put(site, "quay.io/acme/app:1.0.0")
    before = [(await site.get(path))[1] for path in ("/board.csv", "/threads")]
    for number in range(21):
        report = passing(f"quay.io/flood/a{number}:1")
        await site.reports.save(report, started=0.0, policy="test")
        await site.record(report)
    assert [(await site.get(path))[1] for path in ("/board.csv", "/threads")] == before
    assert "flood" not in (await site.get("/"))[1]


async def test_an_image_that_nobody_watches_any_more_leaves_the_board(site: Site) -> None:
    await put(site, "quay.io/unwatched/app:1.0.0", "quay.io/acme/app:1.0.0")
    for path in ("/", "/board.csv", "/board.json", "/board.md"):
        page = (await site.get(path))[1]
        assert "unwatched" not in page
        assert "acme" in page
    assert (await site.get("/image?name=unwatched/app"))[0] == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=we", {"acme/web"}),
        ("mode=max", {"acme/app"}),
        ("verdict=fail", {"acme/web"}),
        ("rule=sbom-missing", {"acme/web"}),
    ],
)
async def test_downloads_hold_what_is_shown(site: Site, query: str, found: set[str]) -> None:
    await put(site, "quay.io/acme/app:1.0.0")
    await put(site, "docker.io/acme/web:2.0.0", **BAD)
    rows = list(csv.DictReader(io.StringIO((await site.get(f"/board.csv?{query}"))[1])))
    assert {one["image"] for one in rows} == found
    assert {one["image"] for one in json.loads((await site.get(f"/board.json?{query}"))[1])["rows"]} == found
    (image,) = found
    assert f"`{image}`" in (await site.get(f"/board.md?{query}"))[1]
    assert (await site.get(f"/board.md?{query}"))[1].startswith("**1 image: ")
    assert f"/board.csv?{query}" in read((await site.get(f"/?{query}"))[1]).links


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("verdict=failed", "verdict is not one of pass, warn, fail, unknown"),
        ("mode=MAX", "mode is not one of "),
        ("sort=name", "sort is not one of worst, image, since, checked"),
        ("verdit=fail", "a word is not one of q, mode, verdict, project, registry, rule, sort, page"),
        ("verdict=pass&verdict=fail", "a word stands twice"),
        ("rule=" + "x" * 201, "rule has more than 200 characters"),
    ],
)
async def test_a_download_says_what_chooses_nothing_instead_of_holding_all_rows(
    site: Site, query: str, said: str
) -> None:
    await put(site, "quay.io/acme/app:1.0.0")
    for form in ("csv", "json", "md"):
        status, text = await site.get(f"/board.{form}?{query}")
        assert status == 400
        assert text.startswith(said)
        assert "acme" not in text
    status, text = await site.get(f"/?{query}")
    assert status == 200


async def test_a_download_takes_words_without_a_value(site: Site) -> None:
    """As a form sends them whose fields are empty."""
    await put(site, "quay.io/acme/app:1.0.0")
    status, text = await site.get("/board.csv?q=&mode=&verdict=&project=&registry=&rule=&sort=&page=")
    assert (status, text.count("acme/app")) == (200, 1)


async def test_a_format_that_is_not_there(site: Site) -> None:
    assert (await site.get("/board.exe"))[0] == 404


async def test_every_link_of_the_board_leads_somewhere(site: Site) -> None:
    await site.remember(passing())
    digest = passing().digest
    await put(site, passing().image, digest=digest)
    await put(site, "quay.io/demo/app-min:1.0.0", **BAD)
    links = {link for link in read((await site.get("/"))[1]).links if link.startswith("/") and "app-min" not in link}
    assert any(link.startswith("/image?") for link in links)
    assert {link: (await site.get(link))[0] for link in links} == dict.fromkeys(links, 200)


HOSTILE = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "=cmd|' /C calc'!A0", "`|x`\n| a")


@pytest.mark.parametrize("words", HOSTILE)
async def test_hostile_words_stay_words(site: Site, words: str) -> None:
    made = cell("quay.io/acme/app:1.0.0", project=words, cause=words, failing=(words,), readers=(words,), version=words)
    await Board(site.store).put(made)
    for path in ("/", "/image?name=acme/app"):
        status, page = await site.get(path)
        assert status == 200
        assert read(page).links
        assert "<script>" not in page
        assert "<img src=x" not in page
    cells = [one for line in csv.reader(io.StringIO((await site.get("/board.csv"))[1])) for one in line]
    assert not any(one.startswith("=") for one in cells)
    assert len((await site.get("/board.md"))[1].splitlines()) == 5


@pytest.mark.parametrize("query", ["?page=99999", "?q=" + "x" * 5000, "?mode=%00", "?project=%3Cscript%3E", "?page=0"])
async def test_nonsense_in_the_address_harms_nothing(site: Site, query: str) -> None:
    await put(site, "quay.io/acme/app:1.0.0")
    status, page = await site.get(f"/{query}")
    assert status == 200
    assert "<script>" not in read(page).words or "%3Cscript" in query


async def test_a_page_of_two_thousand_rows_is_small(site: Site) -> None:
    """How long it takes, `make bench ONLY=board` says."""
    await put_many(site.store, ROWS_MAX)
    for path in ("/", "/?sort=since&page=7", "/?q=name&verdict=fail"):
        status, page = await site.get(path)
        assert status == 200
        assert "2000 images" in read(page).words
        assert len(page.encode()) < BYTES_MAX, len(page.encode())
