"""Runs the demo, and draws its board into docs/board.png, without what differs from run to run: times, the trend."""

import asyncio
import tempfile
from pathlib import Path
from typing import Final

from playwright.async_api import ViewportSize, async_playwright

from bot import logs
from bot.demo.deliver import deliver
from bot.demo.processes import opened
from bot.demo.samples import STORIES
from bot.report import Verdict
from bot.settings import Settings
from bot.store.board import Board
from tests.conftest import ROOT
from tests.real_parts import free_port
from tests.waiting import eventually

PICTURE: Final = ROOT / "docs" / "board.png"
SIZE: Final = ViewportSize(width=1000, height=640)
CHROMIUM: Final = "/usr/bin/chromium"
FLAGS: Final = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")

STEADY: Final = """() => {
  document.querySelectorAll("time").forEach((one) => (one.textContent = "1 Jan 2026"));
  document.querySelectorAll(".trend").forEach((one) => one.remove());
}"""


async def draw(into: Path) -> None:
    """Raises TimeoutError when the board does not hold every image of the demo."""
    with tempfile.TemporaryDirectory() as folder:
        async with opened(Settings(port=free_port(), slack_bot_token=None), Path(folder)) as demo:
            pushed = [sample for story in STORIES for sample in story.pushed]
            await deliver(demo.base, pushed, demo.settings.webhooks)
            board, families = Board(demo.store), {sample.image.repository for sample in pushed}
            await eventually(lambda: _is_filled(board, families))
            await _shoot(f"{demo.base}/", into)


async def _is_filled(board: Board, families: set[str]) -> bool:
    rows = await board.rows()
    there = {row.repository for row in rows if row.verdict is not Verdict.UNKNOWN}
    return there == families and any(row.absent for row in rows)


async def _shoot(address: str, into: Path) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport=SIZE, color_scheme="light")
        await page.goto(address)
        await page.evaluate(STEADY)
        await page.screenshot(path=into)
        await browser.close()


if __name__ == "__main__":
    logs.configure("json")
    asyncio.run(draw(PICTURE))
