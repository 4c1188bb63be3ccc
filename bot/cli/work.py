"""`provenance work`: do the checks that were queued. Any number of these may run, on any number of machines."""

import argparse
from typing import Final

HELP: Final = "do the checks that were queued; any number of these may run"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Everything is in the settings."""
    parser.epilog = "PROVENANCE_CONCURRENCY says how many checks at once; SIGTERM lets the running ones end."


def run(arguments: argparse.Namespace) -> int:  # noqa: ARG001 - there are none
    """Work until told to stop. Raises SettingsError and StoreError."""
    from bot.cli.until_told import run_until_told  # noqa: PLC0415 - not for --help
    from bot.jobs.worker import run_worker  # noqa: PLC0415

    return run_until_told((run_worker,))
