"""A line on a terminal that says that something is going on; elsewhere nothing."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

PATIENCE: Final = 0.3
"""Seconds before it appears; most checks are done by then."""

EVERY: Final = 0.1
"""Seconds between two counts."""


@asynccontextmanager
async def shown(tasks: Sequence[asyncio.Task[Any]], *, wanted: bool) -> AsyncIterator[None]:
    """Show on stderr how many of the tasks are done, for as long as the block runs."""
    if not wanted or not sys.stderr.isatty():
        yield
        return
    telling = asyncio.create_task(_tell(tasks))
    try:
        yield
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)


async def _tell(tasks: Sequence[asyncio.Task[Any]]) -> None:
    await asyncio.sleep(PATIENCE)
    from rich.console import Console  # noqa: PLC0415 - the requests are on their way

    images = "1 image" if len(tasks) == 1 else f"{len(tasks)} images"
    with Console(stderr=True, highlight=False).status(f"checking {images}") as status:
        while True:
            done = sum(task.done() for task in tasks)
            status.update(f"checking {images}" + (f", {done} done" if done else ""))
            await asyncio.sleep(EVERY)
