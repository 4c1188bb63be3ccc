"""`provenance watches`: all watches, who added them, and how the polling of their repositories goes."""

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store.polls import RepositoryState
    from bot.store.watches import Watch

HELP: Final = "list what is watched, and how polling goes"

LISTED_MAX: Final = 200
"""Repositories that are listed."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments."""
    parser.epilog = "PROVENANCE_WATCH and `provenance watch` add watches; PROVENANCE_POLL is how often they are polled."


def run(arguments: argparse.Namespace) -> int:  # noqa: ARG001 - there are none
    """Print them. Raises SettingsError and StoreError."""
    import asyncio  # noqa: PLC0415 - not for --help

    from bot import logs  # noqa: PLC0415
    from bot.settings_source import load  # noqa: PLC0415

    logs.configure_command()
    asyncio.run(_show(load()))
    return 0


async def _show(settings: "Settings") -> None:
    from bot.intake.watch_list import watch_list  # noqa: PLC0415
    from bot.policy.source import policies_from  # noqa: PLC0415
    from bot.polling.targets import refusals  # noqa: PLC0415
    from bot.render.plain import plain  # noqa: PLC0415
    from bot.store import open_running_store  # noqa: PLC0415
    from bot.store.polls import Polls  # noqa: PLC0415
    from bot.store.second_looks import SecondLooks  # noqa: PLC0415

    async with open_running_store(settings) as store:
        if store is None:
            _print_own(settings)
            return
        watches = await watch_list(settings.watch, policies_from(settings.policy), store).all()
        for watch in watches:
            _print_watch(watch)
            for refusal in refusals(watch, settings.tag_apis):
                print(f"  {refusal}")
        if not settings.poll:
            print("PROVENANCE_POLL is 0: nothing is polled")
        polls = Polls(store)
        due = await polls.due()
        for name in sorted(due)[:LISTED_MAX]:
            _print_poll(name, await polls.load(name), due[name])
        for image, outcome in (await SecondLooks(store).open()).items():
            print(f"  {plain(image)}  {plain(outcome)}")
        if len(due) > LISTED_MAX:
            print(f"and {len(due) - LISTED_MAX} more repositories")


def _print_own(settings: "Settings") -> None:
    """Without a store: what the settings and the policy have watched."""
    from bot.intake.watch_list import fixed_watches  # noqa: PLC0415
    from bot.policy.source import policies_from  # noqa: PLC0415
    from bot.polling.targets import refusals  # noqa: PLC0415

    for watch in fixed_watches(settings.watch, policies_from(settings.policy).watched()):
        _print_watch(watch)
        for refusal in refusals(watch, settings.tag_apis):
            print(f"  {refusal}")
    print(f"no bot runs with the data folder {settings.data}, so what `provenance watch` added is not shown")


def _print_watch(watch: "Watch") -> None:
    from bot.render.plain import plain  # noqa: PLC0415

    tags = f" {' '.join(watch.tags)}" if watch.tags else ""
    when = f", {_time(watch.at)}" if watch.at else ""
    where = f", posted in {plain(watch.channel)}" if watch.channel else ""
    print(f"{plain(watch.glob)}{tags}  ({plain(watch.who)}{when}{where})")


def _print_poll(name: str, state: "RepositoryState", due: float) -> None:
    from bot.render.counted import counted  # noqa: PLC0415
    from bot.render.plain import plain  # noqa: PLC0415

    seen = (
        f"{counted(len(state.digests), 'tag')} at {_time(state.looked_at)}" if state.looked_at else "not yet looked at"
    )
    trouble = f"  {plain(state.trouble)}" if state.trouble else ""
    print(f"  {plain(name)}  {seen}, next {_time(due)}{trouble}")


def _time(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M}"
