"""Runs the demo: start everything, announce the samples, show the threads, then stay or return an exit code."""

import asyncio
import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from bot.demo import deliver, expect
from bot.demo.processes import Demo, opened
from bot.demo.samples import STORIES
from bot.demo.terminal import drawn
from bot.settings import Settings


async def show(settings: Settings, console: Console, *, once: bool) -> int:
    """0, or 1 if `once` is set and a thread differs from the expected one. Raises SettingsError if it cannot start."""
    with _folder(settings, once=once) as data:
        async with opened(settings, data) as demo:
            since = await demo.store.now()
            pushed = [sample for story in STORIES for sample in story.pushed]
            delivered = await deliver.deliver(demo.base, pushed, demo.settings.webhooks)
            _print_pushed(console)
            found = await expect.results(demo, STORIES, since)
            for thread in (thread for outcome in found for thread in outcome.threads):
                console.print()
                console.print(drawn(thread))
            differences = [*deliver.differences(delivered), *expect.differences(found)]
            if once:
                return _ending(console, differences)
            await _stay(demo, console, differences)
            return 0


def _print_pushed(console: Console) -> None:
    for story in STORIES:
        for sample in story.pushed:
            console.print(f"{sample.kind:>12} announced [bold]{sample.image}[/]")
        console.print(f"{'':>12} [dim]{story.told}[/]")


def _ending(console: Console, differences: Sequence[str]) -> int:
    for difference in differences:
        console.print(difference, style="red", markup=False)
    if not differences:
        console.print(f"\nAll {len(STORIES)} threads are as expected.", style="green")
    return 1 if differences else 0


async def _stay(demo: Demo, console: Console, differences: Sequence[str]) -> None:
    """Wait for Ctrl-C, or until a part of the demo stops."""
    _ending(console, differences)
    where = "in Slack and on " if demo.settings.slack_bot_token and demo.settings.slack_channel else "on "
    console.print(f"\nThe threads are {where}[link={demo.base}]{demo.base}[/link]. Press Ctrl-C to stop.")
    stop = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    await demo.until(stop)


@contextmanager
def _folder(settings: Settings, *, once: bool) -> Iterator[Path]:
    """The data folder; with `once` a temporary one, except if the threads are also in Slack."""
    if once and settings.slack_bot_token is None:
        with tempfile.TemporaryDirectory(prefix="provenance-demo-") as folder:
            yield Path(folder)
    else:
        yield settings.data / "demo"
