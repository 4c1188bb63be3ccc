"""The box to check any image."""

import pytest

from handlers.client_address import Proxies
from handlers.pages.check import ALL_BURST, Check
from tests.fake_queue import FakeQueue
from tests.pages.conftest import Site
from tests.pages.well_formed import read


async def ask(site: Site, image: str, **headers: str) -> tuple[int, str, str]:
    """Status, text and Location."""
    data = {"csrf": await site.csrf(), "image": image}
    async with site.client.post("/check", data=data, headers=headers, allow_redirects=False) as response:
        return response.status, await response.text(), response.headers.get("Location", "")


async def waiting(site: Site) -> int:
    async with site.client.get("/readyz") as response:
        return int((await response.json())["waiting"])


async def test_an_image_is_queued_and_the_visitor_led_to_its_report(site: Site) -> None:
    status, _, location = await ask(site, "  docker://quay.io/acme/shop:2.1.0 ")
    assert status == 303
    assert location.startswith("/reports/quay.io/acme/shop:2.1.0?since=")
    assert await waiting(site) == 1
    await ask(site, "quay.io/acme/shop:2.1.0")
    assert await waiting(site) == 1


@pytest.mark.parametrize(
    "image", ["foo bar", "quay.io/Acme/shop", "https://hub.docker.com/search", "oci:/etc/passwd", "a" * 600]
)
async def test_what_is_no_image_name_is_said_in_the_form(site: Site, image: str) -> None:
    status, page, _ = await ask(site, image)
    assert status == 400
    assert 'aria-invalid="true"' in page
    read(page)
    assert await waiting(site) == 0


async def test_another_site_cannot_ask_in_a_visitors_name(site: Site) -> None:
    data = {"csrf": await site.csrf(), "image": "quay.io/acme/shop:1"}
    for wrong in ({**data, "csrf": "x" * 43}, {"image": data["image"]}):
        async with site.client.post("/check", data=wrong, allow_redirects=False) as response:
            assert response.status == 403
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    async with site.client.post("/check", data=data, headers=elsewhere, allow_redirects=False) as response:
        assert response.status == 403
    site.client.session.cookie_jar.clear()
    for without_cookie in (data, {**data, "csrf": ""}, {"image": data["image"]}):  # two that are empty are equal
        async with site.client.post("/check", data=without_cookie, allow_redirects=False) as response:
            assert response.status == 403
            assert "Please submit it again" in read(await response.text()).words
        site.client.session.cookie_jar.clear()  # the refusal brings a new one
    assert await waiting(site) == 0


async def test_the_cookie_is_for_our_pages_alone(site: Site) -> None:
    async with site.client.get("/") as response:
        cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


async def test_a_visitor_who_asks_too_often_is_slowed_down(site: Site) -> None:
    answers = [(await ask(site, f"quay.io/acme/shop:{number}"))[0] for number in range(25)]
    assert answers[:20] == [303] * 20
    assert 429 in answers[20:]


@pytest.mark.parametrize("site_settings", [{"forwarded": ("127.0.0.1",)}])
async def test_each_visitor_behind_a_proxy_has_a_rate_of_his_own(site: Site) -> None:
    for number in range(25):
        await ask(site, f"quay.io/acme/shop:{number}", **{"X-Forwarded-For": "198.51.100.1"})
    assert (await ask(site, "quay.io/acme/shop:1", **{"X-Forwarded-For": "198.51.100.1"}))[0] == 429
    assert (await ask(site, "quay.io/acme/shop:1", **{"X-Forwarded-For": "198.51.100.2"}))[0] == 303
    assert (await ask(site, "quay.io/acme/shop:1", **{"X-Forwarded-For": "198.51.100.2, 198.51.100.1"}))[
        0
    ] == 429  # made up by the first


def test_nobody_gets_more_with_many_addresses() -> None:
    form = Check(FakeQueue(), Proxies((), "x-forwarded-for"))
    asked = [form._may_ask(f"198.51.{number // 256}.{number % 256}") for number in range(ALL_BURST + 100)]
    assert all(asked[:ALL_BURST])
    assert not all(asked)


async def test_without_a_proxy_a_visitor_cannot_choose_an_address(site: Site) -> None:
    answers = [
        (await ask(site, f"quay.io/acme/shop:{number}", **{"X-Forwarded-For": f"198.51.100.{number}"}))[0]
        for number in range(25)
    ]
    assert 429 in answers[20:]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{}", "application/json", 415),
        (b"image=%ff", "application/x-www-form-urlencoded", 403),
        (b"image=" + b"a" * 20_000, "application/x-www-form-urlencoded", 413),
        (b"&".join(b"a=b" for _ in range(50)), "application/x-www-form-urlencoded", 400),
        (b"--x\r\n", "multipart/form-data; boundary=x", 415),
    ],
)
async def test_bodies_that_are_not_the_form(site: Site, body: bytes, content_type: str, status: int) -> None:
    async with site.client.post("/check", data=body, headers={"Content-Type": content_type}) as response:
        assert response.status in {status, 400}
        read(await response.text())
    assert await waiting(site) == 0
