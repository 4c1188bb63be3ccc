"""`provenance serve`: webhooks, Slack's commands and the pages over HTTP."""

import argparse
from typing import Final

HELP: Final = "serve webhooks, Slack and the pages over HTTP"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whether to work, too."""
    parser.add_argument("--with-worker", action="store_true", help="also do the checks, in this process")
    parser.epilog = "PORT says where. Checks are done by `provenance work`, or here with --with-worker."


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to stop. Raises SettingsError and StoreError."""
    from importlib import import_module  # noqa: PLC0415 - not for --help

    from bot.cli.until_told import Part, run_until_told  # noqa: PLC0415

    # By name: the doors know the bot, and the bot does not know its doors.
    parts: list[Part] = [import_module("handlers.__main__").run]
    if arguments.with_worker:
        from bot.jobs.worker import run_worker  # noqa: PLC0415

        parts.append(run_worker)
    return run_until_told(parts)
