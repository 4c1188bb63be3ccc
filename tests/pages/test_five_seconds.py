"""A report is understood in five seconds: verdict, platforms, problems and what to paste come first, once."""

from tests.pages.as_text import lines_of
from tests.pages.conftest import Site
from tests.pages.examples import DIGEST, FAILS, FIX, IMAGE, failing, passing
from tests.pages.well_formed import read

LINES = 12


def first_words(page: str) -> str:
    """The first lines of the page as a text browser shows them, without its frame."""
    text = "".join(read(page).text)
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    return "\n".join(lines[lines.index(next(line for line in lines if line.startswith("✕"))) :][: LINES + 4])


async def test_verdict_platforms_problem_and_fix_come_first(site: Site) -> None:
    await site.remember(failing())
    first = first_words((await site.get(f"/reports/{IMAGE}"))[1])
    for expected in ("✕ Fail app-min 1.0.0", "Not ready: 2 problems.", "linux/amd64, linux/arm64", "! mode=min"):
        assert expected in first
    assert "Provenance is recorded in min mode" in first
    assert "What to do: Ask for mode=max in the build step" in first


async def test_what_to_paste_stands_there_once(site: Site) -> None:
    await site.remember(failing())
    page = (await site.get(f"/reports/{IMAGE}"))[1]
    assert page.count("provenance: mode=max\n") == 1
    assert FIX.splitlines()[0] in page


async def test_one_change_that_fixes_two_problems_is_one_block(site: Site) -> None:
    both = [FAILS[0], FAILS[1] | {"remediation": FAILS[0]["remediation"]}]
    await site.remember(failing(results=both))
    words = read((await site.get(f"/reports/{IMAGE}"))[1]).words
    assert "Not ready: 2 problems, one change fixes both." in words
    assert words.count("What to do:") == 1
    assert words.index("No SBOM is attached") < words.index("What to do:")


async def test_advice_is_not_told_as_a_failure(site: Site) -> None:
    await site.remember(passing().model_copy(update={"results": failing(results=FAILS[2:3]).results}))
    page = read((await site.get(f"/reports/{passing().image}"))[1])
    assert "Everything that the policy requires is there. There is 1 piece of advice." in page.words
    assert "What to fix" not in page.words
    assert "Advice: 1 change that the policy does not require" in page.words


async def test_a_problem_of_one_platform_names_it(site: Site) -> None:
    only = FAILS[1] | {"findings": [{"subject": "linux/arm64", "message": "no SBOM"}]}
    await site.remember(failing(results=[only]))
    assert "linux/arm64: no SBOM" in read((await site.get(f"/reports/{IMAGE}"))[1]).words


async def test_a_digest_is_short_to_read_and_whole_to_copy(site: Site) -> None:
    await site.remember(failing())
    page = (await site.get(f"/reports/{IMAGE}"))[1]
    assert f'data-copy="{DIGEST}">sha256:4f0b1f6a4f0b…<' in page
    assert page.partition("<h2")[0].count("sha256:4f0b1f6a4f0b…") == 1
    assert DIGEST not in read(page).words
    assert "About the image" in " ".join(lines_of(page.replace("<details", "<details open")))


async def test_advice_is_unfolded_where_nothing_is_more_urgent(site: Site) -> None:
    await site.remember(failing(), passing().model_copy(update={"results": failing(results=FAILS[2:3]).results}))
    assert '<details class="fold" id="advice" open>' in (await site.get(f"/reports/{passing().image}"))[1]
    assert '<details class="fold" id="advice">' in (await site.get(f"/reports/{IMAGE}"))[1]
