"""`provenance export`: write what people entered to a file, for another store."""

import argparse
from typing import Final, TextIO

HELP: Final = "write watches, threads and what people decided as JSON lines, for `provenance import`"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to."""
    parser.add_argument("file", metavar="FILE", nargs="?", default="-", help="a new file; default: stdout")
    parser.epilog = (
        "The store is that of REDIS_URL, else the embedded one. Reports and releases are not exported,"
        " nor is a store with several Slack workspaces: copy that as a whole."
    )


def run(arguments: argparse.Namespace) -> int:
    """Raises UsageError for a file that is there or cannot be written, SettingsError, StoreError."""
    import asyncio  # noqa: PLC0415 - not for --help
    import sys  # noqa: PLC0415

    from bot import logs  # noqa: PLC0415

    logs.configure_command()
    if arguments.file == "-":
        asyncio.run(_export(sys.stdout))
    else:
        _to_file(arguments.file)
    return 0


def _to_file(name: str) -> None:
    """A whole file or none: one that ends early would stand in the way of the next attempt."""
    import asyncio  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    from bot.errors import UsageError  # noqa: PLC0415

    path = Path(name)
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise UsageError(f"{name} already exists; name a new file") from None
    except OSError as error:
        raise UsageError(f"{name}: {error.strerror or error}") from None
    try:
        with path.open("w", encoding="utf-8") as out:
            asyncio.run(_export(out))
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise UsageError(f"{name}: {error.strerror or error}") from None
        raise


async def _export(out: TextIO) -> None:
    from bot.errors import UsageError  # noqa: PLC0415
    from bot.settings_source import load  # noqa: PLC0415
    from bot.store import open_store  # noqa: PLC0415
    from bot.store.moving import exported  # noqa: PLC0415
    from bot.store.workspaces import Installations  # noqa: PLC0415

    settings = load()
    if settings.redis_url is None and not settings.data.is_dir():  # an engine would make it
        raise UsageError(f"the data folder {settings.data} does not exist, so nothing can be exported")
    async with open_store(settings) as store:
        if installed := await Installations(store, None).all():
            raise UsageError(
                f"the store is that of {len(installed)} Slack workspaces, which an export does not have: copy it as a"
                " whole, see docs/deploy.md"
            )
        async for line in exported(store):
            out.write(f"{line}\n")
