"""Runs the parts of a server until SIGTERM or Ctrl-C, then waits for them to finish."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from bot import logs
from bot.cli.garbage import started
from bot.errors import ProvenanceBotError
from bot.settings import Settings
from bot.settings_source import load
from bot.store import open_store
from bot.tracing.running import tracing

Part: TypeAlias = Callable[[Settings, asyncio.Event], Awaitable[None]]


def run_until_stopped(parts: Sequence[Part], *, role: str) -> int:
    """Run all parts in this process; traces say its role. Raises SettingsError and StoreError if they cannot start."""
    settings = load()
    logs.configure(settings.log_format)
    started()
    asyncio.run(_run(settings, parts, role))
    return 0


async def _run(settings: Settings, parts: Sequence[Part], role: str) -> None:
    stop = asyncio.Event()
    _stop_on_signal(stop)
    # Opened here, too: the part that ends first must not stop the embedded store of the others.
    async with tracing(settings.traces, role), open_store(settings):
        try:
            async with asyncio.TaskGroup() as group:
                for part in parts:
                    group.create_task(_run_part(part, settings, stop))
        except* ProvenanceBotError as several:
            raise several.exceptions[0] from None


async def _run_part(part: Part, settings: Settings, stop: asyncio.Event) -> None:
    try:
        await part(settings, stop)
    finally:
        stop.set()


def _stop_on_signal(stop: asyncio.Event) -> None:
    """The first signal sets `stop`; the second one ends the process immediately."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT)

    def on_signal() -> None:
        stop.set()
        for number in signals:
            loop.remove_signal_handler(number)

    for number in signals:
        loop.add_signal_handler(number, on_signal)
