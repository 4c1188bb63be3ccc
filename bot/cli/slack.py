"""`provenance slack`: the manifest of the Slack app, and the setup from nothing to the first message."""

import argparse
import sys
from typing import Final

HELP: Final = "set up the Slack app: a link that creates it, the tokens, an env file; or print its manifest"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and how Slack reaches the bot."""
    parser.add_argument("action", choices=["manifest"], help="manifest: print it as YAML")
    parser.add_argument("--steps", action="store_true", help="with the workflow step; the app must be org-ready")
    parser.add_argument("--url", default="", help="the bot's https address; default: Socket Mode, without an address")


def run(arguments: argparse.Namespace) -> int:
    """Print it. Raises UsageError."""
    from importlib import import_module  # noqa: PLC0415 - not for --help

    manifest = import_module("handlers.slack_manifest")  # by name, because bot/ must not import handlers/
    sys.stdout.write(manifest.text(arguments.url, steps=arguments.steps))
    return 0
