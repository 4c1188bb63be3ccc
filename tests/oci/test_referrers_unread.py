"""Referrers that could not be read as a whole are never "nobody"."""

import pytest

from bot.errors import (
    DeniedError,
    ForbiddenAddressError,
    RateLimitedError,
    RegistryError,
    TooLargeError,
    UnavailableError,
)
from bot.oci import tally
from bot.oci.reference import fallback_tag
from tests.fake_registry import FakeRegistry, Referrers
from tests.oci.opened import at, opened
from tests.oci.with_referrers import signed
from tests.registry_auth import Auth
from tests.registry_faults import Body, Fault, Flip, Redirect, Status


async def test_a_redirect_to_a_page_is_not_followed() -> None:
    async with FakeRegistry() as fake, FakeRegistry(shelf=fake) as other, opened(fake, other) as registry:
        image, _ = signed(fake)
        fake.fault("/referrers/", Redirect(f"{other.url}/v2/demo/app/referrers", status=303, keep_path=False))
        assert await registry.referrers(at(fake).at(image)) == ()
        assert other.requests == []


@pytest.mark.parametrize("page_size", [1, 1000])
async def test_a_redirect_to_the_same_list_of_another_registry_is_followed_without_a_login(page_size: int) -> None:
    """As registry.k8s.io does: its images' signatures are where it leads to, and "nobody" would be a lie."""
    auth = Auth()
    async with (
        FakeRegistry(auth=auth) as fake,
        FakeRegistry(shelf=fake, page_size=page_size) as other,
        opened(fake, other) as registry,
    ):
        image, signatures = signed(fake, count=3)
        await registry.manifest(at(fake).at(image))  # it is logged in, and has a token that it could give away
        fake.fault("/referrers/", Redirect(other.url))
        found = await registry.referrers(at(fake).at(image))
        assert {one.digest for one in found} == set(signatures)
        assert other.count("GET", "/referrers/") == (3 if page_size == 1 else 1)
        assert all("Authorization" not in asked.headers for asked in other.requests)


@pytest.mark.parametrize("answer", [Status(401), Status(403), Status(500)])
async def test_where_the_other_registry_does_not_answer_nobody_knows(answer: Status) -> None:
    async with FakeRegistry() as fake, FakeRegistry(shelf=fake) as other, opened(fake, other) as registry:
        image, _ = signed(fake)
        fake.fault("/referrers/", Redirect(other.url))
        other.fault("/referrers/", answer)
        with pytest.raises(UnavailableError):
            await registry.referrers(at(fake).at(image))


async def test_a_public_registry_leads_to_no_list_in_a_network() -> None:
    async with FakeRegistry() as fake, FakeRegistry(shelf=fake) as other, opened(fake) as registry:
        image, _ = signed(fake)
        fake.fault("/referrers/", Redirect(other.url))
        with pytest.raises(ForbiddenAddressError):
            await registry.referrers(at(fake).at(image))
        assert other.requests == []


@pytest.mark.parametrize("base", ["https://evil.example", "//evil.example", "http://127.0.0.1:1"])
async def test_a_page_that_is_elsewhere_is_not_fetched_and_the_list_not_taken_for_whole(base: str) -> None:
    async with FakeRegistry(page_size=1, link_base=base) as fake, opened(fake) as registry:
        image, _ = signed(fake, count=2)
        with pytest.raises(UnavailableError, match="next page is elsewhere"):
            await registry.referrers(at(fake).at(image))


@pytest.mark.parametrize("page_size", [1, 1000])
async def test_a_flood_is_named_and_not_cut(page_size: int) -> None:
    async with FakeRegistry(page_size=page_size) as fake, opened(fake) as registry:
        image, _ = signed(fake, count=201 if page_size > 1 else 11)
        with pytest.raises(TooLargeError, match=r"REFERRERS_(PAGES_)?MAX"):
            await registry.referrers(at(fake).at(image))


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Status(401), DeniedError),
        (Status(403), DeniedError),
        (Status(429), RateLimitedError),
        (Status(500), UnavailableError),
        (Status(503), UnavailableError),
        (Body(b"not json"), UnavailableError),
        (Body(b'{"manifests": [{"digest": "sha256:../../x", "size": 1}]}'), UnavailableError),
        (Body(b'{"manifests": {}}'), UnavailableError),
        (Body(b"[" * 40_000), UnavailableError),
        (Body(b" " * 5_000_000), TooLargeError),
    ],
)
async def test_what_could_not_be_asked_is_never_nobody(fault: Fault, expected: type[RegistryError]) -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image, _ = signed(fake)
        fake.fault("/referrers/", fault)
        with pytest.raises(expected):
            await registry.referrers(at(fake).at(image))


@pytest.mark.parametrize("fault", [Status(500), Status(403), Flip(position=20)])
async def test_a_fallback_tag_that_could_not_be_read_is_never_nobody(fault: Fault) -> None:
    async with FakeRegistry(referrers=Referrers.NONE) as fake, opened(fake) as registry:
        image, _ = signed(fake)
        fake.fault(fallback_tag(image), fault)
        fake.fault("/manifests/", fault, method="GET")
        with pytest.raises(RegistryError):
            await registry.referrers(at(fake).at(image))


async def test_a_list_under_a_fallback_tag_that_is_gone_is_never_nobody() -> None:
    async with FakeRegistry(referrers=Referrers.NONE) as fake, opened(fake) as registry:
        image, _ = signed(fake)
        fake.fault("/manifests/", Status(404), method="GET")
        with pytest.raises(UnavailableError, match="gone"):
            await registry.referrers(at(fake).at(image))


async def test_an_answer_that_was_filtered_unasked_is_not_the_whole_list() -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image, _ = signed(fake)
        fake.headers["OCI-Filters-Applied"] = "artifactType"
        with pytest.raises(UnavailableError, match="only some"):
            await registry.referrers(at(fake).at(image))


@pytest.mark.parametrize("body", [b"{}", b'{"schemaVersion": 2}', b'{"manifests": null}', b'{"errors": []}'])
async def test_an_index_without_a_list_is_not_nobody(body: bytes) -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image, _ = signed(fake)
        fake.fault("/referrers/", Body(body))
        with pytest.raises(UnavailableError, match="no list"):
            await registry.referrers(at(fake).at(image))


@pytest.mark.parametrize("status", [400, 404])
async def test_that_the_image_is_unknown_is_not_nobody_where_the_api_is(status: int) -> None:
    """A replica that lags behind: the index was read a moment ago."""
    async with FakeRegistry() as fake, opened(fake) as registry:
        image, _ = signed(fake)
        await registry.referrers(at(fake).at(image))
        fake.fault("/referrers/", Status(status, b'{"errors":[{"code":"MANIFEST_UNKNOWN"}]}'))
        with tally.counting(searching=image), pytest.raises(UnavailableError, match="does not know it"):
            await registry.referrers(at(fake).at(image))


@pytest.mark.parametrize("status", [400, 404])
async def test_that_a_platform_is_unknown_is_not_nobody_while_the_registry_has_it(status: int) -> None:
    """Its signatures and statements hang on it alone; where it is really gone, nobody refers to it."""
    async with FakeRegistry() as fake, opened(fake) as registry:
        image, _ = signed(fake)
        platform = fake.push_image("demo/app", layer=b"platform")
        await registry.referrers(at(fake).at(image))
        fake.fault(f"/referrers/{platform}", Status(status, b'{"errors":[{"code":"MANIFEST_UNKNOWN"}]}'))
        with tally.counting(searching=image):
            with pytest.raises(UnavailableError, match="does not know it"):
                await registry.referrers(at(fake).at(platform))
            fake.lose("demo/app", platform)
            assert await registry.referrers(at(fake).at(platform)) == ()


@pytest.mark.parametrize("code", ["UNAUTHORIZED", "DENIED", "TOOMANYREQUESTS", "UNAVAILABLE"])
@pytest.mark.parametrize("status", [200, 400, 404, 405, 501])
async def test_who_refuses_to_say_does_not_lack_the_api(status: int, code: str) -> None:
    async with FakeRegistry() as fake, opened(fake) as registry:
        image, signatures = signed(fake)
        fake.fault("/referrers/", Status(status, b'{"errors":[{"code":"%s"}]}' % code.encode()), times=1)
        with pytest.raises(UnavailableError, match="refuses to say"):
            await registry.referrers(at(fake).at(image))
        assert [entry.digest for entry in await registry.referrers(at(fake).at(image))] == signatures


@pytest.mark.parametrize("status", [400, 404, 303, 500])
async def test_a_page_that_is_not_there_is_not_the_end_of_the_list(status: int) -> None:
    async with FakeRegistry(page_size=1) as fake, opened(fake) as registry:
        image, _ = signed(fake, count=2)
        fake.fault("start=1", Status(status, headers={"Location": "/"}))
        with pytest.raises(UnavailableError):
            await registry.referrers(at(fake).at(image))


@pytest.mark.parametrize("status", [204, 402, 409, 410, 413, 418, 451, 505, 507, 520, 521, 524, 525, 530])
async def test_an_answer_of_which_nobody_knows_what_it_means_is_not_nobody(status: int) -> None:
    """Cloudflare's are among them, which stands before many registries."""
    async with FakeRegistry() as fake, opened(fake) as registry:
        image, _ = signed(fake)
        fake.fault("/referrers/", Status(status))
        with pytest.raises(UnavailableError):
            await registry.referrers(at(fake).at(image))
