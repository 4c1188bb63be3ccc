"""`provenance serve`: webhooks, Slack's commands and the pages over HTTP."""

import argparse
from typing import Final

HELP: Final = "serve webhooks, Slack and the pages over HTTP"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whether to run a worker in the same process."""
    parser.add_argument("--with-worker", action="store_true", help="also run the checks, in this process")
    parser.epilog = (
        "It listens on 127.0.0.1:3000; PROVENANCE_HOST and PORT change that. `provenance work` runs the checks, or this"
        " process with --with-worker."
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C. Raises SettingsError and StoreError."""
    from importlib import import_module  # noqa: PLC0415 - not for --help

    from bot.lean import import_lean  # noqa: PLC0415

    import_lean()
    from bot.cli.run_until_stopped import Part, run_until_stopped  # noqa: PLC0415
    from bot.jobs.metrics import run_metrics  # noqa: PLC0415

    # By name, because bot/ must not import handlers/.
    parts: list[Part] = [import_module("handlers.__main__").run, run_metrics]
    if arguments.with_worker:
        from bot.jobs.worker import run_worker  # noqa: PLC0415

        parts.append(run_worker)
    return run_until_stopped(parts, role="web and worker" if arguments.with_worker else "web")
