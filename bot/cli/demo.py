"""`provenance demo`: the main job on sample images, with nothing to set up and no network."""

import argparse
import asyncio
import logging
from typing import Final

HELP: Final = "run the main job on sample images, and show its threads here and on a page"


def arguments(parser: argparse.ArgumentParser) -> None:
    """How it ends."""
    parser.add_argument("--once", action="store_true", help="end by itself: 0 when all threads are as they must be")


def run(arguments: argparse.Namespace) -> int:
    """Raises SettingsError when the port is taken."""
    from rich.console import Console  # noqa: PLC0415 - heavy things late

    from bot import logs  # noqa: PLC0415
    from bot.demo.show import show  # noqa: PLC0415
    from bot.settings import load  # noqa: PLC0415

    logs.configure("console", logging.WARNING)
    return asyncio.run(show(load(), Console(highlight=False), once=arguments.once))
