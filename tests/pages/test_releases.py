"""`/release`: one release, its images in each registry, and its thread."""

from urllib.parse import quote

import pytest

from bot.oci.reference import Reference
from bot.policy import default_policy
from bot.releases import Placement, ReleaseName, place
from bot.releases.arriving import Arrival, MemberCheck
from bot.releases.expected import ExpectedMember
from bot.releases.member import ExpectedBy
from bot.store.releases import Releases
from bot.store.reports import Reports
from bot.values import replace
from tests.pages.conftest import Site
from tests.pages.examples import failing, passing, result
from tests.pages.well_formed import read

NAME = "demo/app 1.0.0"
HERE, THERE = "quay.io/demo/app:1.0.0", "docker.io/demo/app:1.0.0"


def place_of(image: str) -> Placement:
    found = place(Reference.parse(image), default_policy())
    assert found
    return found


def page_of(name: str) -> str:
    return f"/release?name={quote(name, safe='')}"


async def test_each_image_has_a_row_and_each_registry_a_column(site: Site) -> None:
    await site.remember(failing(image=HERE), passing(THERE))
    status, page = await site.get(page_of(NAME))
    words = read(page).words
    assert status == 200
    assert "✕ Fail demo/app 1.0.0" in words
    assert "Imagedocker.ioquay.io app✓ Passsha256:4f0b1f6a4f0b… of app✕ Failsha256:4f0b1f6a4f0b… of app" in words
    assert "Provenance is recorded in min mode: app (quay.io)" in words
    assert "Thread" in words
    assert {f"/reports/{one}@{report.digest}" for one, report in ((HERE, failing()), (THERE, passing(THERE)))} <= set(
        read(page).links
    )


async def test_what_is_still_to_come_is_said(site: Site) -> None:
    first, other = (place(Reference.parse(one), default_policy()) for one in (HERE, THERE))
    assert first
    assert other
    expected = (ExpectedMember(other, ExpectedBy.SISTERS),)
    await Releases(site.store).join(Arrival(first, await site.store.now(), expected=expected))
    words = read((await site.get(page_of(NAME)))[1]).words
    assert "… Waiting demo/app 1.0.0" in words
    assert "Still to come" in words


@pytest.mark.parametrize("name", ["", "demo/app", "demo/app 9.9.9", "../x 1", "<script> 1", "a" * 5000])
async def test_what_is_no_release_is_not_found(site: Site, name: str) -> None:
    assert (await site.get(page_of(name)))[0] == 404


async def test_a_critical_problem_is_called_so_as_in_the_thread(site: Site) -> None:
    secret = result("provenance-secret-exposed", "fail", "A secret can be read", severity="critical")
    await site.remember(failing(image=HERE, results=[secret]))
    words = read((await site.get(page_of(NAME)))[1]).words
    assert "! Critical demo/app 1.0.0" in words


@pytest.mark.parametrize(("signature", "said"), [("pass", "✓ Pass"), ("unknown", "? Unknown"), ("fail", "✕ Fail")])
async def test_an_image_that_tells_of_others_has_its_own_verdict(site: Site, signature: str, said: str) -> None:
    """Seen: "Fail" beside the one image that was there, and in the thread of the release: "Pass: api"."""
    own = result("signature-missing", signature, "The image is not signed")
    incomplete = result("release-incomplete", "fail", "An image of the release was not seen")
    api, web = (f"quay.io/demo/app-{name}:1.0.0" for name in ("api", "web"))
    here, there = (replace(place_of(image), release=ReleaseName("demo/app", "1.0.0")) for image in (api, web))
    releases, now = Releases(site.store), await site.store.now()
    expected = (ExpectedMember(there, ExpectedBy.POLICY),)
    await releases.join(Arrival(here, now - 60, complete=1.0, settle=1.0, expected=expected))
    report = failing(image=api, results=[incomplete, own])
    await Reports(site.store).save(report, started=now, policy="p")
    await releases.record(MemberCheck(here, report.digest, report.verdict, now), complete=1.0)
    words = read((await site.get(page_of(NAME)))[1]).words
    assert "of 2 images not ready" in words
    assert f"api{said}" in words
    assert "web? Not seen" in words


@pytest.mark.parametrize("worse", ["1.0.0", "v1.0.0"])
async def test_two_spellings_of_one_version_have_two_rows(site: Site, worse: str) -> None:
    images = {f"quay.io/demo/app:{tag}" for tag in ("1.0.0", "v1.0.0")}
    bad = f"quay.io/demo/app:{worse}"
    await site.remember(failing(image=bad), *(passing(image) for image in images - {bad}))
    page = (await site.get(page_of(NAME)))[1]
    assert f"app:{worse}✕ Fail" in read(page).words
    assert "1 of 2 images not ready" in read(page).words
    assert f"/reports/{bad}@{failing().digest}" in read(page).links
