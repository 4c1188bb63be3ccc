"""The standard threads, drawn: `make draw-slack` installs what draws them, and leaves the pictures in .e2e/drawn."""

import asyncio
import json
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.async_api import async_playwright

from tests.conftest import ROOT
from tests.slack.standard import cases, thread

pytestmark = pytest.mark.browser

TOOLS: Final = ROOT / ".e2e" / "drawing"
CHROMIUM: Final = "/usr/bin/chromium"
PARENT_MAX, REPLY_MAX = 470, 700
"""Pixels; a phone of 390 x 844 shows some 700 of a channel."""

HEIGHTS = "[...document.querySelectorAll('.message')].map((one) => one.getBoundingClientRect().height)"


def as_drawn(blocks: Any) -> Any:  # noqa: ANN401 - JSON
    """`verbatim` only keeps Slack from making links; this library would show the mark-up itself."""
    match blocks:
        case dict():
            return {key: as_drawn(value) for key, value in blocks.items() if key != "verbatim"}
        case list() | tuple():
            return [as_drawn(one) for one in blocks]
        case _:
            return blocks


@pytest.fixture
async def pages(tmp_path: Path) -> Path:
    if not (TOOLS / "draw.mjs").is_file():
        pytest.skip("make draw-slack installs what draws messages")
    drawn = {name: [as_drawn(message.blocks) for message in thread(view)] for name, view in cases().items()}
    (tmp_path / "cases.json").write_text(json.dumps(drawn))
    node = await asyncio.create_subprocess_exec("node", "draw.mjs", tmp_path / "cases.json", tmp_path, cwd=TOOLS)
    assert await node.wait() == 0
    return tmp_path


@pytest.mark.parametrize("width", [390, 760])
async def test_a_phone_shows_a_parent_on_half_and_a_reply_on_one_screen(pages: Path, width: int) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": width, "height": 844})
        for name in cases():
            await page.goto((pages / f"{name}.html").as_uri())
            parent, *replies = await page.evaluate(HEIGHTS)
            await page.screenshot(path=pages / f"{name}-{width}.png", full_page=True)
            assert 0 < parent <= PARENT_MAX, name
            assert max(replies, default=0) <= REPLY_MAX, name
        await browser.close()
