"""What a page of the board costs with 20 and with 2,000 rows, beside the page of a board without images.

Processor time of the web application, and bytes of the answer. The rows are in the store; the first look parses them.
"""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Final

from aiohttp import CookieJar, web
from aiohttp.test_utils import TestClient, TestServer

from bench.saying import say
from bot import logs
from bot.jobs.queue import open_queue
from bot.settings import Settings
from bot.store import open_store
from handlers.app import Services, build
from tests.board.making import put_many

NUMBERS: Final = (0, 20, 2_000)
PATHS: Final = ("/", "/?sort=since&page=2", "/?q=name&verdict=fail", "/board.csv")
LOOKS: Final = 9


async def looks(number: int, paths: Sequence[str]) -> dict[str, tuple[float, int]]:
    """For each path the seconds of processor time of a look (the median), and the bytes of the answer."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        watched = {"data": Path(folder), "watch": ["*/acme/*"], "log_format": "json"}
        settings = Settings.model_validate(watched)
        async with open_store(settings) as store, open_queue(store, settings) as queue:
            await put_many(store, number)
            server = TestServer(build(settings, Services(store, queue)))
            async with TestClient(server, cookie_jar=CookieJar(unsafe=True)) as client:
                return {path: await cost(client, path) for path in paths}


async def cost(client: "TestClient[web.Request, web.Application]", path: str) -> tuple[float, int]:
    times: list[float] = []
    size = 0
    for _ in range(LOOKS + 1):
        begun = time.process_time()
        async with client.get(path) as response:
            size = len(await response.read())
        times.append(time.process_time() - begun)
    return median(times[1:]), size  # the first one parses the rows


async def main() -> None:
    logs.configure("json")
    found = {number: await looks(number, PATHS) for number in NUMBERS}
    say(f"{'':24}" + "".join(f"{number:>12} rows" for number in NUMBERS) + "   2,000 beside 20")
    for path in PATHS:
        costs = [found[number][path] for number in NUMBERS]
        cells = "".join(f"{seconds * 1000:6.1f} ms {size / 1000:5.0f} KB" for seconds, size in costs)
        say(f"{path:24}{cells}   {costs[-1][0] / costs[1][0]:5.1f}")


if __name__ == "__main__":
    asyncio.run(main())
