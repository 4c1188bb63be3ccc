"""`provenance demo`: run the bot on sample images, without setup and without network."""

import argparse
from typing import Final

HELP: Final = "run the bot on sample images, and show the threads here and on a page"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whether to stop by itself."""
    parser.add_argument(
        "--once", action="store_true", help="stop by itself; exit code 0 if all threads are as expected"
    )


def run(arguments: argparse.Namespace) -> int:
    """Raises SettingsError if the port is in use."""
    import asyncio  # noqa: PLC0415 - as all of these, not for --help
    import logging  # noqa: PLC0415

    from rich.console import Console  # noqa: PLC0415

    from bot import logs  # noqa: PLC0415
    from bot.cli.garbage import started  # noqa: PLC0415
    from bot.demo.show import show  # noqa: PLC0415
    from bot.settings_source import load  # noqa: PLC0415

    logs.configure("console", logging.WARNING)
    started()
    return asyncio.run(show(load(), Console(highlight=False), once=arguments.once))
