"""Every page in Chromium, with no image, some, and as many as the board holds: wide and narrow, light and dark."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal, TypeAlias

import pytest
from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from bot.store import Store
from tests.pages.crowd import Crowd, crowd
from tests.pages.test_browser import CHROMIUM, CONTRASTS, QUIET
from tests.pages.test_every_page import ADDRESSES
from tests.waiting import PATIENCE

pytestmark = pytest.mark.browser

AXE = os.environ.get("AXE", "")  # noqa: TID251 - `make test-browser` says where the script is
Scheme: TypeAlias = Literal["light", "dark"]
WIDE, NARROW = 1280, 390
HEIGHT = 844
"""Of the first screen of a phone."""

DATA = {"/board.{format}", "/badge/{image}.svg", "/feed/{project}.atom", "/login/callback", "/login/start"}
"""What has no page, or leads to the provider."""

LISTED = [path for route, paths in ADDRESSES.items() if route not in DATA for path in paths if "{words}" not in path]
MORE = "/?q=nothing-like-it", "/?page=2", "/threads?skip=15", "/reports/quay.io/demo/app:0.9.0", "/nothing"
PATHS = (*LISTED, *MORE)

FIRST_SCREEN = {
    "/": "tbody tr [data-label=Verdict] .mark",
    "/image?name=demo/app": "h1 .mark",
    "/reports/quay.io/demo/app:1.0.0": ".result .problems + p",
    "/release?name=demo/app%201.0.0": "#images + div .mark",
    "/threads": ".thread .said .lines li",
    "/waivers": "tbody [data-label=Until]",
}
"""What must be seen there without scrolling: the verdict; of a report what to do."""

FOCUSABLE = """() => [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")]
  .filter((one) => one.checkVisibility({ contentVisibilityAuto: true }) && one.type !== "hidden").length"""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET, timeout=PATIENCE * 1000)
        yield browser
        await browser.close()


@asynccontextmanager
async def opened(
    browser: Browser, crowd: Crowd, width: int = WIDE, scheme: Scheme = "light", *, scripts: bool = True
) -> AsyncIterator[Page]:
    """A tab of somebody who is logged in; fails when the browser complains."""
    viewport = ViewportSize(width=width, height=HEIGHT)
    context = await browser.new_context(
        color_scheme=scheme, viewport=viewport, java_script_enabled=scripts, bypass_csp=bool(AXE)
    )
    await context.add_cookies([{"name": "provenance_session", "value": crowd.session, "url": crowd.address}])
    context.set_default_timeout(PATIENCE * 1000)
    page, complaints = await context.new_page(), list[str]()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if "404" not in line.text else None)
    yield page
    assert complaints == []
    await context.close()


@pytest.mark.parametrize(
    ("count", "looks"),
    [
        (0, ((NARROW, "light"),)),
        (5, ((WIDE, "dark"), (NARROW, "light"))),
        (2000, ((WIDE, "light"), (NARROW, "dark"))),
    ],
)
async def test_every_page_fits_and_can_be_read(store: Store, count: int, looks: tuple[tuple[int, Scheme], ...]) -> None:
    async with crowd(store, count) as pages, chromium() as browser:
        for width, scheme in looks:
            async with opened(browser, pages, width, scheme) as page:
                for path in PATHS:
                    answer = await page.goto(pages.address + path)
                    assert answer is not None
                    assert answer.status in ({200} if count and path != "/nothing" else {200, 404}), path
                    if count and width == NARROW and path in FIRST_SCREEN:
                        await _is_on_the_first_screen(page, FIRST_SCREEN[path])
                    await _is_sound(page, f"{path} with {count} images", width)


async def _is_sound(page: Page, what: str, width: int) -> None:
    await page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    assert await page.evaluate("document.documentElement.scrollWidth") <= width, f"{what} is too wide"
    assert await page.evaluate(CONTRASTS) == [], what
    assert await page.locator("h1").count() == 1, what


async def _is_on_the_first_screen(page: Page, selector: str) -> None:
    box = await page.locator(selector).first.bounding_box()
    assert box is not None, selector
    assert box["y"] + box["height"] <= HEIGHT, f"{selector} is below the first screen"


async def violations(page: Page) -> list[list[str]]:
    """What axe-core finds on the page as it is."""
    await page.evaluate(Path(AXE).read_text("utf-8"))  # noqa: ASYNC240 - nothing waits meanwhile
    found: list[list[str]] = await page.evaluate(
        "axe.run().then((all) => all.violations.map((one) => [one.id, one.nodes[0].html]))"
    )
    return found


@pytest.mark.skipif(not AXE, reason="AXE=path of axe-core's axe.min.js; `make test-browser` gets it with npm")
@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "light"), (NARROW, "dark")])
async def test_axe_finds_nothing(store: Store, width: int, scheme: Scheme) -> None:
    async with crowd(store, 5) as pages, chromium() as browser, opened(browser, pages, width, scheme) as page:
        for path in PATHS:
            await page.goto(pages.address + path)
            await page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
            assert await violations(page) == [], path


async def test_everything_on_every_page_can_be_reached_by_keyboard_alone(store: Store) -> None:
    async with crowd(store, 5) as pages, chromium() as browser, opened(browser, pages) as page:
        for path in PATHS:
            await page.goto(pages.address + path)
            wanted, reached = int(await page.evaluate(FOCUSABLE)), 0
            await page.keyboard.press("Tab")
            assert await page.evaluate("document.activeElement.textContent") == "Skip to content", path
            while await page.evaluate("document.activeElement !== document.body") and reached <= 2 * wanted:
                assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", path
                reached += 1
                await page.keyboard.press("Tab")
            assert reached >= wanted, path


async def test_no_page_says_less_without_javascript(store: Store) -> None:
    async with crowd(store, 5) as pages, chromium() as browser:
        said = []
        for scripts in (True, False):
            async with opened(browser, pages, scripts=scripts) as page:
                said.append([await _text(page, pages.address + path) for path in PATHS])
        assert said[0] == said[1]


async def _text(page: Page, address: str) -> str:
    """Without the buttons that a script adds."""
    await page.goto(address)
    words = (await page.locator("main").text_content() or "").replace("Copied", "").replace("Copy", "")
    return " ".join(words.split())
