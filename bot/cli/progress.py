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
async def shown(tasks: Sequence[asyncio.Task[Any]], *, wanted: bool, what: str = "") -> AsyncIterator[None]:
    """Show on stderr `what` happens, and how many of the tasks are done, while the block runs."""
    if not wanted or not sys.stderr.isatty():
        yield
        return
    display = asyncio.create_task(_display(tasks, what or _checking(tasks)))
    try:
        yield
    finally:
        display.cancel()
        await asyncio.gather(display, return_exceptions=True)


def _checking(tasks: Sequence[asyncio.Task[Any]]) -> str:
    return "checking 1 image" if len(tasks) == 1 else f"checking {len(tasks)} images"


async def _display(tasks: Sequence[asyncio.Task[Any]], what: str) -> None:
    await asyncio.sleep(DELAY)
    from rich.console import Console  # noqa: PLC0415 - slow to import, so only after the requests were sent

    with Console(stderr=True, highlight=False).status(what) as status:
        while True:
            done = sum(task.done() for task in tasks)
            status.update(what + (f", {done} done" if done else ""))
            await asyncio.sleep(EVERY)
