"""`provenance unwatch`: remove a watch that somebody added."""

import argparse
from typing import Final

HELP: Final = "remove a watch that was added with `provenance watch`"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The watch, as it was added."""
    parser.add_argument("images", metavar="IMAGES", help="as it was added; `provenance watches` lists them")


def run(arguments: argparse.Namespace) -> int:
    """Take it out of the store. Raises UsageError, SettingsError and StoreError."""
    import asyncio  # noqa: PLC0415 - not for --help

    from bot import logs  # noqa: PLC0415

    logs.configure_command()
    asyncio.run(_remove(arguments.images))
    return 0


async def _remove(glob: str) -> None:
    from bot.errors import UsageError  # noqa: PLC0415
    from bot.intake.watch_list import BY_SETTINGS  # noqa: PLC0415
    from bot.settings_source import load  # noqa: PLC0415
    from bot.store import open_store  # noqa: PLC0415
    from bot.store.watches import StoredWatches  # noqa: PLC0415

    settings = load()
    async with open_store(settings) as store:
        removed = await StoredWatches(store).remove(glob)
    if not removed:
        where = f"it is in {BY_SETTINGS}" if glob in settings.watch else "`provenance watches` lists the watches"
        raise UsageError(f"nobody has added a watch of {glob[:300]!r}; {where}")
    print(f"not watched any more: {glob}")
