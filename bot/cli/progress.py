"""A progress line, on a terminal only."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

DELAY: Final = 0.3
"""Seconds before it appears; most checks finish earlier."""

EVERY: Final = 0.1
"""Seconds between two updates."""


@asynccontextmanager
async def shown(tasks: Sequence[asyncio.Task[Any]], *, wanted: bool) -> AsyncIterator[None]:
    """Show on stderr how many of the tasks are done, while the block runs."""
    if not wanted or not sys.stderr.isatty():
        yield
        return
    display = asyncio.create_task(_display(tasks))
    try:
        yield
    finally:
        display.cancel()
        await asyncio.gather(display, return_exceptions=True)


async def _display(tasks: Sequence[asyncio.Task[Any]]) -> None:
    await asyncio.sleep(DELAY)
    from rich.console import Console  # noqa: PLC0415 - slow to import, so only after the requests were sent

    images = "1 image" if len(tasks) == 1 else f"{len(tasks)} images"
    with Console(stderr=True, highlight=False).status(f"checking {images}") as status:
        while True:
            done = sum(task.done() for task in tasks)
            status.update(f"checking {images}" + (f", {done} done" if done else ""))
            await asyncio.sleep(EVERY)
