"""What the workflow tells, on a report's page: where, and the whole diff."""

from tests.pages.conftest import Site
from tests.pages.examples import DIFF, IMAGE, PAGE, mended
from tests.pages.well_formed import read


async def test_the_page_links_the_line_and_has_the_whole_diff(site: Site) -> None:
    await site.remember(mended())
    text = (await site.get(f"/reports/{IMAGE}"))[1]
    words = read(text).words
    assert f'href="{PAGE}"' in text
    assert f'href="{PAGE}#L28"' in text
    assert ".github/workflows/release.yml, line 28 nothing is said about provenance" in words
    assert words.count("mode-not-explicit") == 1
    assert "".join(DIFF.split()) in "".join(words.split())


async def test_an_address_that_is_none_is_text(site: Site) -> None:
    """Nobody but us writes reports; if somebody could, it would lead nowhere all the same."""
    for url in (
        "javascript:alert(1)",
        'https://x"onmouseover=',
        "http://evil.example/",
        "https://[",
        "data:text/html,x",
    ):
        report = mended()
        assert report.workflow
        evil = report.model_copy(update={"workflow": report.workflow.model_copy(update={"url": url})})
        await site.remember(evil)
        text = (await site.get(f"/reports/{IMAGE}"))[1]
        assert "javascript:" not in text
        assert f'href="{url}"' not in text
        assert "onmouseover=" not in text.replace("x&#34;onmouseover=", "")
