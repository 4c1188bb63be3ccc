"""How much the store holds of an image, by kind of key, after a push, a check and a post; documents of a day apart.

Documents that a later look would fetch again are kept for a day and bounded in all (bot/store/contents.py); they, and
what docket forgets within minutes, are named apart. Once with a code host that cannot be reached, and once with one
that knows of no signature: then there is more to fix, and one reply more in Slack.
"""

import asyncio
import shutil
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from bench.registry import image, running_registry
from bench.saying import say
from bench.worker import Finish, settings_for
from bot import logs
from bot.jobs.open_checker import open_checker
from bot.jobs.queue import open_queue
from bot.jobs.worker import work
from bot.slack.outbox import open_outbox
from bot.store import Store, open_store
from tests.fake_github import FakeGitHub
from tests.jobs.parts import push
from tests.real_parts import free_port
from tests.real_redis import REDIS_SERVER, RedisServer, running_server

IMAGES: Final = 20
SOURCE: Final = "example/demo-app"
"""The repository that the images' statements name."""

DAY: Final = 24 * 3600
"""Seconds; what lives no longer does not add up over the releases of half a year."""


async def held(store: Store) -> tuple[Counter[str], Counter[str]]:
    """Bytes by kind of key: those that stay, and those that live for a day at most."""
    lasting: Counter[str] = Counter()
    passing: Counter[str] = Counter()
    async for key in store.redis.scan_iter("*", count=1000):
        kind = " ".join(str(key).split(":")[1:3]) if ":slack:" in str(key) else str(key).split(":")[1]
        life = int(await store.redis.ttl(key))
        kinds = lasting if life > DAY else passing
        kinds[kind] += int(await store.redis.memory_usage(key, samples=0) or 0)
    return lasting, passing


async def bytes_an_image(
    host: str, images: int, code_host: str, redis_url: str = ""
) -> tuple[Counter[str], Counter[str]]:
    """Bytes of so many images, pushed, checked and posted: those that stay, and those of a day or less."""
    with tempfile.TemporaryDirectory() as folder:
        own = {"redis_url": SecretStr(redis_url)} if redis_url else {}
        settings = settings_for(Path(folder), host).model_copy(update={**own, "github_api": code_host})
        async with (
            open_store(settings) as store,
            open_queue(store, settings) as queue,
            open_checker(settings, store) as checker,
            open_outbox(settings, store) as outbox,
        ):
            for number in range(images):
                name = image(host, number)
                await queue.enqueue(push(name), key=f"{name}|")
            finish, stop = Finish(images), asyncio.Event()
            worker = asyncio.create_task(
                work(store, settings, stop, checker=checker, publisher=outbox, progress=finish)
            )
            await finish.done.wait()
            stop.set()
            await worker
            return await held(store)


async def measure(name: str, host: str, *, is_asked: bool, redis_url: str = "") -> None:
    """With `is_asked`, the code host answers that it knows of no signature; else it cannot be reached."""
    async with FakeGitHub() as github:
        github.repository(SOURCE, {})
        code_host = github.api if is_asked else f"http://127.0.0.1:{free_port()}"  # nobody listens: an answer at once
        found = await bytes_an_image(host, IMAGES, code_host, redis_url)
    where = f"{name}, code host {'without a signature' if is_asked else 'away'}"
    for title, kinds in zip(("that stay", "of a day or less"), found, strict=True):
        say(f"{where}: bytes an image {title}: {sum(kinds.values()) / IMAGES:,.0f}")
        for kind, size in kinds.most_common(10):
            say(f"  {size / IMAGES:9,.0f}  {kind}")


def main() -> None:
    logs.configure("json")
    for is_asked in (False, True):
        with ExitStack() as stack:
            host = stack.enter_context(running_registry(IMAGES, 0.0))
            asyncio.run(measure("embedded", host, is_asked=is_asked))
            for flags in ((), ("--hash-max-listpack-value", "4096")) if shutil.which(REDIS_SERVER) else ():
                folder, port = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))), free_port()
                own = ("--port", str(port), "--bind", "127.0.0.1", "--save", "", *flags)
                server = RedisServer(REDIS_SERVER, folder, f"redis://127.0.0.1:{port}/0", own)
                url = stack.enter_context(running_server(server)).url
                asyncio.run(measure(" ".join(("Redis", *flags)), host, is_asked=is_asked, redis_url=url))


if __name__ == "__main__":
    main()
