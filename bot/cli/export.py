"""`provenance export`: write what people entered to a file, for another store."""

import argparse
from typing import Final, TextIO

HELP: Final = "write watches and threads as JSON lines, for `provenance import` into another store"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to."""
    parser.add_argument("file", metavar="FILE", nargs="?", default="-", help="a new file; default: stdout")
    parser.epilog = "The store is that of REDIS_URL, else the embedded one. Reports and releases are not exported."


def run(arguments: argparse.Namespace) -> int:
    """Raises UsageError for a file that is there, SettingsError, StoreError."""
    import asyncio  # noqa: PLC0415 - not for --help
    import sys  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    from bot import logs  # noqa: PLC0415
    from bot.errors import UsageError  # noqa: PLC0415

    logs.configure_command()
    if arguments.file == "-":
        asyncio.run(_export(sys.stdout))
        return 0
    try:
        with Path(arguments.file).open("x", encoding="utf-8") as out:
            asyncio.run(_export(out))
    except FileExistsError:
        raise UsageError(f"{arguments.file} already exists; name a new file") from None
    return 0


async def _export(out: TextIO) -> None:
    from bot.errors import UsageError  # noqa: PLC0415
    from bot.settings import load  # noqa: PLC0415
    from bot.store import open_store  # noqa: PLC0415
    from bot.store.moving import exported  # noqa: PLC0415

    settings = load()
    if settings.redis_url is None and not settings.data.is_dir():  # an engine would make it
        raise UsageError(f"the data folder {settings.data} does not exist, so nothing can be exported")
    async with open_store(settings) as store:
        async for line in exported(store):
            out.write(f"{line}\n")
