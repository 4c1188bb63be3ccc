"""Untrusted words on a page: from registries, attestations, certificates, visitors."""

import pytest

from tests.pages.conftest import Site
from tests.pages.examples import PROVENANCE, failing, result
from tests.pages.well_formed import read

WORDS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "`<b>`x`",
    "{{ 7*7 }}{% raw %}",
    "</code></pre><h1>",
    "javascript:alert(1)",
    "<https://evil.example|click> <!channel>",
]


@pytest.mark.parametrize("words", WORDS)
async def test_words_from_outside_stay_words(site: Site, words: str) -> None:
    provenance = {**PROVENANCE, "builder_id": words, "source": words, "revision": words, "build_args": [words]}
    platform = {"platform": words, "digest": words, "provenance": provenance, "sbom": {"state": "absent"}}
    signature = {"layout": words, "digest": words, "state": words, "identity": words, "issuer": words}
    cause = {"cause": words, "sureness": "certain", "because": words, "fix": words, "snippet": words, "verify": words}
    finding = {"subject": words, "message": words}
    broken = result("sbom-missing", "fail", words, findings=[finding], causes=[cause], reason=words)
    report = failing(platforms=[platform], signatures=[signature], results=[broken], notes=[words], policy=words)
    await site.remember(report)
    for path in ("/", "/threads", f"/reports/{report.image}"):
        status, page = await site.get(path)
        assert status == 200
        assert read(page).links, "sound, although full of that"
        assert words not in page or (words.isprintable() and "<" not in words and '"' not in words and "'" not in words)


async def test_invisible_and_turning_characters_are_made_visible(site: Site) -> None:
    await site.remember(failing(notes=["a\u202eb\u200bc\x00d"]))
    for path in ("/threads", f"/reports/{failing().image}"):
        _, page = await site.get(path)
        assert not {"\u202e", "\u200b", "\x00"} & set(page)
        assert "a\ufffdb\ufffdc\ufffdd" in page


async def test_no_address_from_outside_becomes_a_link(site: Site) -> None:
    await site.remember(failing())
    _, page = await site.get(f"/reports/{failing().image}")
    assert all(link.startswith("/") or link == "#main" for link in read(page).links)
