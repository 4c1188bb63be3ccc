"""The whole demo: start everything, announce the samples, show the threads, and stay or say whether all is well."""

import asyncio
import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from bot.demo import deliver, expect
from bot.demo.room import Room, opened
from bot.demo.samples import SAMPLES, repositories
from bot.demo.terminal import drawn
from bot.settings import Settings


async def show(settings: Settings, console: Console, *, once: bool) -> int:
    """0, or 1 when `once` and a thread is not as it must be. Raises SettingsError when something bars the start."""
    with _folder(settings, once=once) as data:
        async with opened(settings, data) as room:
            since = await room.store.now()
            delivered = await deliver.deliver(room.base, SAMPLES, room.settings.webhooks, repositories())
            _print_delivered(console, delivered)
            found = await expect.outcomes(room, SAMPLES, since)
            for outcome in found:
                console.print()
                console.print(drawn(outcome.thread))
            troubles = [*deliver.differences(delivered), *expect.differences(SAMPLES, found)]
            if once:
                return _ending(console, troubles)
            await _stay(room, console, troubles)
            return 0


def _print_delivered(console: Console, delivered: Sequence[deliver.Delivered]) -> None:
    for one in delivered:
        console.print(f"{one.sample.kind:>12} announced [bold]{one.sample.image}[/]")
        console.print(f"{'':>12} [dim]{one.sample.story}[/]")


def _ending(console: Console, troubles: Sequence[str]) -> int:
    for trouble in troubles:
        console.print(trouble, style="red", markup=False)
    if not troubles:
        console.print(f"\nAll {len(SAMPLES)} threads are as they must be.", style="green")
    return 1 if troubles else 0


async def _stay(room: Room, console: Console, troubles: Sequence[str]) -> None:
    """Until Ctrl-C, or until a part of it comes to an end."""
    _ending(console, troubles)
    where = "Slack and on " if room.settings.slack_bot_token and room.settings.slack_channel else ""
    console.print(f"\nThe threads are in {where}[link={room.base}]{room.base}[/link]. Ctrl-C ends it.")
    stop = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    await room.until(stop)


@contextmanager
def _folder(settings: Settings, *, once: bool) -> Iterator[Path]:
    """A folder that lasts; with `once` one that does not, except where Slack remembers the threads, too."""
    if once and settings.slack_bot_token is None:
        with tempfile.TemporaryDirectory(prefix="provenance-demo-") as folder:
            yield Path(folder)
    else:
        yield settings.data / "demo"
