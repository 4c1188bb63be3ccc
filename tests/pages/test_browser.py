"""The pages in a real Chromium: the whole chain behind them, in both colour schemes, on wide and narrow screens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import pytest
from msgspec import Struct, field
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, async_playwright
from playwright.async_api import expect as show

from bot.demo import expect
from bot.demo.deliver import deliver
from bot.demo.expect import differences, results
from bot.demo.processes import Demo, opened
from bot.demo.samples import STORIES
from bot.settings import Settings
from tests.real_parts import free_port
from tests.waiting import PATIENCE

pytestmark = pytest.mark.browser

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
IMAGE = "quay.io/demo/app-min:1.0.0"
RELEASE = "/release?name=demo%2Fshop%201.1.0"
PATHS = (
    "/",
    "/?q=nothing-like-it",
    "/threads",
    "/check",
    "/image?name=demo%2Fshop-api",
    "/compare?before=quay.io/demo/shop-web:1.1.0&after=quay.io/demo/shop-api:1.1.0",
    f"/reports/{IMAGE}",
    RELEASE,
    "/waivers",
    "/watches",
    "/rules",
    "/rules/provenance-mode-min",
    "/nothing",
)

CONTRASTS = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const channel = (value) => ((value /= 255) <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const box = element.getBoundingClientRect();
    if (!walker.currentNode.textContent.trim() || box.width < 2 || element.closest(".unseen, .skip")) continue;
    const [front, back] = [light(parse(getComputedStyle(element).color)), light(behind(element))];
    const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    if (ratio < 4.5) poor.push(`${ratio.toFixed(2)} ${element.className} ${walker.currentNode.textContent.trim()}`);
  }
  return poor;
}"""


class Tab(Struct):
    """A page of the browser, and what it complained about."""

    page: Page
    complaints: list[str] = field(default_factory=list)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Demo]:
    async with opened(Settings(port=free_port(), slack_bot_token=None), tmp_path / "store") as room:
        yield room


@pytest.fixture
async def threads(room: Demo, monkeypatch: pytest.MonkeyPatch) -> Demo:
    monkeypatch.setattr(expect, "DEADLINE", PATIENCE)
    since = await room.store.now()
    await deliver(room.base, [sample for story in STORIES for sample in story.pushed], room.settings.webhooks)
    assert not [*differences(await results(room, STORIES, since))]
    return room


@asynccontextmanager
async def chromium(*flags: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        args = [*QUIET, *flags]
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=args, timeout=PATIENCE * 1000)
        yield browser
        await browser.close()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


async def tab(context: BrowserContext) -> Tab:
    context.set_default_timeout(PATIENCE * 1000)
    made = Tab(await context.new_page())
    made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
    made.page.on("console", lambda line: made.complaints.append(line.text) if "404" not in line.text else None)
    return made


@pytest.mark.parametrize(("width", "scheme"), [(1100, "light"), (320, "dark")])
async def test_every_page_of_the_demo_is_readable(
    browser: Browser, threads: Demo, scheme: Literal["light", "dark"], width: int
) -> None:
    context = await browser.new_context(color_scheme=scheme, viewport=ViewportSize(width=width, height=900))
    made = await tab(context)
    for path in PATHS:
        await made.page.goto(threads.base + path)
        await made.page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        assert await made.page.evaluate(CONTRASTS) == []
        assert await made.page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} is too wide"
        assert await made.page.locator("h1").count() == 1
        assert await made.page.locator("main, nav, header").count() >= 3
    assert made.complaints == []
    await context.close()


async def test_no_page_is_too_wide_in_a_half_window_or_with_text_twice_as_large(threads: Demo) -> None:
    async with chromium("--blink-settings=defaultFontSize=32,defaultFixedFontSize=26") as browser:
        for width in (320, 1100, 1400):
            page = await browser.new_page(viewport=ViewportSize(width=width, height=900))
            for path in PATHS:
                await page.goto(threads.base + path)
                await page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
                wide = await page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, f"{path} is {wide} wide in a window of {width}"
            await page.close()


@pytest.mark.parametrize("scripts", [True, False])
async def test_the_box_leads_to_the_report(browser: Browser, threads: Demo, scripts: bool) -> None:  # noqa: FBT001
    context = await browser.new_context(java_script_enabled=scripts)
    page = (await tab(context)).page
    await page.goto(f"{threads.base}/check")
    await page.get_by_label("Check any image").fill(IMAGE)
    await page.get_by_role("button", name="Check", exact=True).click()
    report = f"{threads.base}/reports/{IMAGE}"
    await show(page).to_have_url(report, timeout=PATIENCE * 1000)  # `wait_for_url` misses a page that loads at once
    assert "✕ Fail app-min 1.0.0" in await page.inner_text("h1")
    await page.get_by_role("button", name="Check again").click()
    await show(page).to_have_url(report, timeout=PATIENCE * 1000)
    await context.close()


async def test_a_name_that_is_none_is_told_where_it_was_typed(browser: Browser, threads: Demo) -> None:
    context = await browser.new_context()
    page = (await tab(context)).page
    await page.goto(f"{threads.base}/check")
    box = page.get_by_label("Check any image")
    await box.fill("Foo Bar")
    await box.press("Enter")
    assert "is not an image name" in await page.get_by_role("alert").inner_text()
    assert await box.get_attribute("aria-describedby") == "error"
    assert await box.input_value() == "Foo Bar"
    await context.close()


async def test_threads_appear_by_themselves_but_not_under_a_readers_eyes(browser: Browser, room: Demo) -> None:
    context = await browser.new_context()
    page = (await tab(context)).page
    await page.goto(f"{room.base}/threads")
    assert "No threads yet" in await page.inner_text("main")
    sources = room.settings.webhooks
    await deliver(room.base, STORIES[1].pushed, sources)
    await page.get_by_role("heading", name="app-min 1.0.0").wait_for()
    await page.locator("summary").first.click()
    await deliver(room.base, STORIES[2].pushed, sources)
    await page.get_by_text("There are new results. Show them").wait_for()
    assert await page.get_by_role("heading", name="app-none 1.0.0").count() == 0
    await page.get_by_text("Show them").click()
    await page.get_by_role("heading", name="app-none 1.0.0").wait_for()
    await context.close()
