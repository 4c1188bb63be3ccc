# ruff: noqa: N999 - the word that people type
"""`provenance import`: take over what another store's `provenance export` wrote."""

import argparse
from collections.abc import Iterable
from typing import Final

HELP: Final = "read into this store what `provenance export` wrote"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where from."""
    parser.add_argument("file", metavar="FILE", nargs="?", default="-", help="what was exported; default: stdin")
    parser.epilog = "What is in the store already stays as it is, so a file can be imported twice."


def run(arguments: argparse.Namespace) -> int:
    """Raises UsageError with the line that cannot be read, SettingsError, StoreError."""
    import asyncio  # noqa: PLC0415 - not for --help
    import sys  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    from bot import logs  # noqa: PLC0415
    from bot.errors import MalformedError, UsageError  # noqa: PLC0415

    logs.configure_command()
    file = arguments.file
    try:
        if file == "-":
            asyncio.run(_import(sys.stdin))
            return 0
        with Path(file).open(encoding="utf-8") as lines:
            asyncio.run(_import(lines))
    except FileNotFoundError:
        raise UsageError(f"the file {file} does not exist") from None
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{file} is not UTF-8") from None
    except MalformedError as error:
        raise UsageError(f"{file}: {error}") from None
    return 0


async def _import(lines: Iterable[str]) -> None:
    from bot.settings_source import load  # noqa: PLC0415
    from bot.store import open_store  # noqa: PLC0415
    from bot.store.moving import imported  # noqa: PLC0415

    async with open_store(load()) as store:
        counts = await imported(store, lines)
    print(", ".join(f"{what}: {number}" for what, number in sorted(counts.items())) or "nothing to import")
