"""Two images compared on a page: from reports at once, and their packages through the queue."""

import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.render.difference.words import conclusion
from bot.report import Report
from bot.report.difference import Difference, PackageChange, PackagesDifference
from bot.report.difference.compare import Compared, compare
from bot.report.evidence import SearchSummary, SignatureSummary
from bot.store.differences import DIFFERENCE_MAX, Differences, KeptDifference
from handlers.pages.compare import ALL_BURST, LOOK_BURST
from tests.pages.conftest import Site
from tests.pages.examples import failing, passing
from tests.pages.well_formed import read

OLD, NEW = "quay.io/demo/app:1.0.0", "quay.io/demo/app:1.1.0"
PAGE = f"/compare?before={OLD}&after={NEW}"


def with_packages(*changes: PackageChange) -> Difference:
    found = compare(Compared(passing(OLD), {}), Compared(failing(NEW), {}))
    packages = PackagesDifference(platform="linux/amd64", before=312, after=313, added=1, changes=changes)
    return found.model_copy(update={"packages": (packages,)})


def signed_as(layout: str, report: Report) -> Report:
    signature = SignatureSummary(layout=layout, digest=report.digest, state="valid", identity="me", subject="image")
    return report.model_copy(update={"signatures": (signature,), "search": SearchSummary(state="complete")})


async def ask(site: Site, *, address: str = "", **changes: str) -> tuple[int, str]:
    """`address`: as a proxy saw the visitor's."""
    data = {"csrf": await site.csrf(), "before": OLD, "after": NEW} | changes
    headers = {"X-Forwarded-For": address} if address else {}
    async with site.client.post("/compare", data=data, headers=headers, allow_redirects=False) as response:
        return response.status, response.headers.get("Location", "")


async def test_the_packages_are_asked_for_and_waited_for(site: Site) -> None:
    await site.remember(passing(OLD), failing(NEW))
    assert "Compare the packages" in read((await site.get(PAGE))[1]).words
    status, location = await ask(site)
    assert status == 303
    assert parse_qs(urlsplit(location).query).keys() == {"before", "after", "since"}
    waiting = (await site.get(location))[1]
    assert '<meta http-equiv="refresh"' in waiting
    assert "A worker compares the SBOMs." in read(waiting).words


async def test_and_shown_when_they_are_there(site: Site) -> None:
    await site.remember(passing(OLD), failing(NEW))
    name = '<script>"&'
    change = PackageChange(kind="added", type="deb", name=name, after=("1.0",))
    kept = KeptDifference(at=time.time(), difference=with_packages(change))
    await Differences(site.store).keep(OLD, NEW, kept)
    page = (await site.get(f"{PAGE}&since={int(time.time()) - 5}"))[1]
    assert "http-equiv" not in page
    words = read(page).words
    assert "linux/amd64: 312 -> 313: 1 added" in words
    assert f"deb {name}added1.0" in words


async def test_what_was_compared_before_a_tag_moved_is_not_shown(site: Site) -> None:
    """An hour ago nothing was lost; since then the tag has got an image that lost its provenance."""
    await site.remember(passing(OLD), failing(NEW))
    good = compare(Compared(passing(OLD), {}), Compared(passing(NEW), {}))
    earlier = good.after.model_copy(update={"digest": "sha256:" + "12" * 32})
    kept = KeptDifference(at=1.0, difference=good.model_copy(update={"after": earlier}))
    await Differences(site.store).keep(OLD, NEW, kept)
    words = read((await site.get(PAGE))[1]).words
    assert conclusion(compare(Compared(passing(OLD), {}), Compared(failing(NEW), {}))) in words
    assert conclusion(good) not in words


@pytest.fixture
def site_settings(tmp_path: Path) -> dict[str, object]:
    policy = tmp_path / "policy.yaml"
    policy.write_text("images:\n  - match: quay.io/acme/*\n    layouts: [cosign-tag]\n")
    return {"policy": policy}


async def test_a_signature_that_the_users_of_the_policy_cannot_read_is_lost(site: Site) -> None:
    """As `provenance compare` says it: cosign 3 writes bundles, and readers of `.sig` tags see nothing."""
    old, new = "quay.io/acme/app:1.0.0", "quay.io/acme/app:1.1.0"
    await site.remember(signed_as("cosign-tag", passing(old)), signed_as("bundle", passing(new)))
    words = read((await site.get(f"/compare?before={old}&after={new}"))[1]).words
    assert "signed only as bundle, which the policy's layouts do not name" in words


async def test_why_there_are_none_is_said(site: Site) -> None:
    await site.remember(passing(OLD), failing(NEW))
    await Differences(site.store).keep(OLD, NEW, KeptDifference(at=time.time(), refusal="quay.io answered 401."))
    words = read((await site.get(PAGE))[1]).words
    assert "quay.io answered 401." in words
    assert "provenance mode" in words, "what the reports say is shown all the same"


async def test_only_images_that_were_checked_are_compared_and_only_from_our_page(site: Site) -> None:
    await site.remember(passing(OLD))
    assert (await ask(site))[0] == 404
    await site.remember(failing(NEW))
    assert (await ask(site, csrf="x" * 43))[0] == 403
    assert (await ask(site, before="UPPER"))[0] == 404


async def test_one_visitor_gets_a_few(site: Site) -> None:
    await site.remember(passing(OLD), failing(NEW))
    answers = [(await ask(site))[0] for _ in range(LOOK_BURST + 1)]
    assert answers == [*[303] * LOOK_BURST, 429]


@pytest.mark.parametrize("site_settings", [{"forwarded": ("127.0.0.1",)}])
async def test_all_together_get_a_few_more_however_many_addresses_they_have(site: Site) -> None:
    await site.remember(passing(OLD), failing(NEW))
    answers = [(await ask(site, address=f"198.51.100.{number}"))[0] for number in range(ALL_BURST + 5)]
    assert answers[:ALL_BURST] == [303] * ALL_BURST
    assert 429 in answers


@pytest.mark.parametrize("since", ["x", "-1", "9" * 30, "\u0661", "\u00b2"])
async def test_nonsense_waits_for_nothing(site: Site, since: str) -> None:
    await site.remember(passing(OLD), failing(NEW))
    assert "http-equiv" not in (await site.get(f"{PAGE}&since={since}"))[1]


async def test_a_difference_that_is_too_long_is_not_kept(site: Site) -> None:
    change = PackageChange(kind="added", name="x" * DIFFERENCE_MAX)
    await Differences(site.store).keep(OLD, NEW, KeptDifference(at=1.0, difference=with_packages(change)))
    kept = await Differences(site.store).get(OLD, NEW)
    assert kept is not None
    assert kept.difference is None
    assert "more than" in kept.refusal
