"""Somebody logs in, waives a rule, takes that back and logs out, in a real Chromium."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from bot.store import Store
from bot.store.attention import Waivers
from bot.store.board import Board
from bot.store.reports import Reports
from tests.board.making import cell
from tests.fake_oidc import running_provider
from tests.pages.examples import IMAGE, failing
from tests.pages.logging_in import login_settings, serving
from tests.pages.test_browser import CHROMIUM, CONTRASTS, QUIET
from tests.pages.test_crowd_browser import AXE, violations
from tests.real_parts import free_port
from tests.waiting import PATIENCE

pytestmark = pytest.mark.browser


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET, timeout=PATIENCE * 1000)
        yield browser
        await browser.close()


@pytest.fixture
async def url(store: Store) -> AsyncIterator[str]:
    await Reports(store).save(failing(), started=0.0, policy="test")
    await Board(store).put(cell("quay.io/demo/app:1.0.0"))
    port = free_port()
    found = f"http://127.0.0.1:{port}"
    async with AsyncExitStack() as stack:
        provider = await stack.enter_async_context(running_provider())
        provider.redirect = f"{found}/login/callback"
        person = {"email": "eve.with.a.long.name@department.corp.example", "email_verified": True}
        provider.person = {"sub": "u-1", "groups": ["release-managers"], **person}
        await stack.enter_async_context(serving(login_settings(provider, base_url=found, port=port), store))
        yield found


async def sound(page: Page, folder: Path, name: str) -> None:
    """It fits on the screen, and can be read."""
    await page.screenshot(path=folder / f"{name}.png", full_page=True)
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, name
    assert not await page.evaluate(CONTRASTS), name
    if AXE:
        assert await violations(page) == [], name


@pytest.mark.parametrize("width", [390, 1280])
async def test_all_of_it(chromium: Browser, url: str, store: Store, tmp_path: Path, width: int) -> None:
    context = await chromium.new_context(viewport=ViewportSize(width=width, height=844))
    context.set_default_timeout(PATIENCE * 1000)
    page, complaints = await context.new_page(), []
    page.on("console", lambda line: complaints.append(line.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(f"{url}/reports/{IMAGE}")
    assert page.url.startswith(f"{url}/login?next=")
    await sound(page, tmp_path, "login")
    await page.get_by_role("link", name="Log in", exact=True).click()
    assert page.url == f"{url}/reports/{IMAGE}"
    await sound(page, tmp_path, "report")
    assert await page.evaluate("document.cookie") == "", "scripts see no cookie"
    await page.get_by_role("link", name="Waive a rule…").click()
    await sound(page, tmp_path, "waive")
    await page.get_by_label("Why").fill("the base image has no SBOM yet")
    await page.get_by_role("button", name="Waive").click()
    assert page.url == f"{url}/waivers"
    await sound(page, tmp_path, "waivers")
    assert len((await Waivers(store).listed()).items) == 1
    await page.get_by_role("button", name="Take back").click()
    assert (await Waivers(store).listed()).items == []
    await page.get_by_role("button", name="Log out").click()
    await sound(page, tmp_path, "logged-out")
    assert "Logged out" in await page.title()
    await page.goto(f"{url}/")
    assert page.url.startswith(f"{url}/login")
    assert complaints == []
