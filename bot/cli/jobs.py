"""`provenance jobs`: queued, running and failed jobs; `--again` queues the failed ones again."""

import argparse
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.jobs.health import Health
    from bot.settings import Settings
    from bot.store import Store
    from bot.store.dead_letters import DeadLetter

HELP: Final = "show the queue and the jobs that were given up"

LETTERS: Final = 20
"""Jobs listed that were given up, newest first."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whether to queue failed jobs again."""
    parser.add_argument("--again", action="store_true", help="queue the jobs again that were given up")


def run(arguments: argparse.Namespace) -> int:
    """Print it. Raises SettingsError and StoreError."""
    import asyncio  # noqa: PLC0415 - not for --help

    from bot import logs  # noqa: PLC0415
    from bot.settings_source import load  # noqa: PLC0415

    logs.configure_command()
    asyncio.run(_show(load(), again=arguments.again))
    return 0


async def _show(settings: "Settings", *, again: bool) -> None:
    await (_again(settings) if again else _look(settings))


async def _again(settings: "Settings") -> None:
    from bot.jobs.queue import open_queue  # noqa: PLC0415
    from bot.jobs.requeue import requeue  # noqa: PLC0415
    from bot.store import open_store  # noqa: PLC0415
    from bot.store.dead_letters import DeadLetters  # noqa: PLC0415

    async with open_store(settings) as store, open_queue(store, settings) as queue:
        print(f"queued again: {await requeue(DeadLetters(store), queue)}")
        await _print_all(store, settings)


async def _look(settings: "Settings") -> None:
    """Nothing is started for it."""
    from bot.store import open_running_store  # noqa: PLC0415

    async with open_running_store(settings) as store:
        if store is None:
            print(f"no bot runs with the data folder {settings.data}; start one with `provenance serve`")
        else:
            await _print_all(store, settings)


async def _print_all(store: "Store", settings: "Settings") -> None:
    from bot.jobs.health import look  # noqa: PLC0415
    from bot.jobs.queue import open_queue  # noqa: PLC0415
    from bot.render.plain import plain  # noqa: PLC0415
    from bot.store.dead_letters import DeadLetters  # noqa: PLC0415
    from bot.store.deliveries import Deliveries  # noqa: PLC0415
    from bot.store.silence import Silences  # noqa: PLC0415

    async with open_queue(store, settings) as queue:
        dead, deliveries = DeadLetters(store), Deliveries(store)
        _print_health(await look(store, queue))
        for source in settings.webhooks:
            counts = await deliveries.counts(source.id)
            _print(f"from {source.id}", ", ".join(f"{outcome}: {counts[outcome]}" for outcome in sorted(counts)) or "0")
        for silent in await Silences(store).all():
            _print("silent", f"{silent.source}: polling found {', '.join(map(plain, silent.images))}")
        for letter in await dead.newest(LETTERS):
            _print_letter(letter)


def _print_health(health: "Health") -> None:
    if not health.store:
        _print("queue", f"unknown: {health.why}")
        return
    _print("workers", str(health.workers) if health.workers else "0 (start `provenance work`)")
    _print("waiting", str(health.waiting))
    _print("running", str(health.running))
    _print("later", str(health.later))
    _print("given up", f"{health.dead} (`--again` queues them again)" if health.dead else "0")


def _print_letter(letter: "DeadLetter") -> None:
    from bot.render.plain import plain  # noqa: PLC0415

    starts = "once" if letter.starts == 1 else f"{letter.starts} times"
    print(
        f"  {letter.at:%Y-%m-%d %H:%M}  {plain(letter.image or '(unreadable)')}  started {starts}: {plain(letter.why)}"
    )


def _print(word: str, what: str) -> None:
    print(f"{word:<12}{what}")
