"""Runs the parts of a server until it gets SIGTERM or Ctrl-C, and then lets them come to an end."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from bot import logs
from bot.errors import ProvenanceBotError
from bot.settings import Settings, load
from bot.store import open_store

Part: TypeAlias = Callable[[Settings, asyncio.Event], Awaitable[None]]


def run_until_told(parts: Sequence[Part]) -> int:
    """Run them side by side in this process. Raises SettingsError and StoreError when they cannot start."""
    settings = load()
    logs.configure(settings.log_format)
    asyncio.run(_run(settings, parts))
    return 0


async def _run(settings: Settings, parts: Sequence[Part]) -> None:
    stop = asyncio.Event()
    _hear(stop)
    # Held here too: the part that ends first must not take the embedded engine away from the others.
    async with open_store(settings):
        try:
            async with asyncio.TaskGroup() as group:
                for part in parts:
                    group.create_task(_ending_together(part, settings, stop))
        except* ProvenanceBotError as several:
            raise several.exceptions[0] from None


async def _ending_together(part: Part, settings: Settings, stop: asyncio.Event) -> None:
    try:
        await part(settings, stop)
    finally:
        stop.set()


def _hear(stop: asyncio.Event) -> None:
    """The first signal asks, the second one ends the process at once."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT)

    def told() -> None:
        stop.set()
        for number in signals:
            loop.remove_signal_handler(number)

    for number in signals:
        loop.add_signal_handler(number, told)
