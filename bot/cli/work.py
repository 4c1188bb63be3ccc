"""`provenance work`: run the queued checks. Any number of workers may run, on any number of machines."""

import argparse
from typing import Final

HELP: Final = "run the queued checks; any number of workers may run"


def arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments: everything is in the settings."""
    parser.epilog = "PROVENANCE_CONCURRENCY sets the number of parallel checks. After SIGTERM, running checks finish."


def run(arguments: argparse.Namespace) -> int:  # noqa: ARG001 - there are none
    """Work until SIGTERM or Ctrl-C. Raises SettingsError and StoreError."""
    from bot.lean import import_lean  # noqa: PLC0415 - not for --help

    import_lean()
    from bot.cli.run_until_stopped import run_until_stopped  # noqa: PLC0415
    from bot.jobs.metrics import run_metrics  # noqa: PLC0415
    from bot.jobs.worker import run_worker  # noqa: PLC0415

    return run_until_stopped((run_worker, run_metrics), role="worker")
