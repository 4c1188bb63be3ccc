"""`provenance slack`: the manifest of the Slack app, and the setup from nothing to the first message."""

import argparse
import sys
from pathlib import Path
from typing import Any, Final

from bot.cli.exit_codes import FAILED, OK

HELP: Final = "set up the Slack app: a link that creates it, the tokens, the first message; or print its manifest"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and how Slack reaches the bot."""
    add = parser.add_argument
    add("action", choices=["setup", "manifest"], help="setup: from nothing to the first message; manifest: as YAML")
    add("--url", default="", help="the bot's https address; default: Socket Mode, without an address")
    add("--channel", default="", help="setup: where the bot posts; default: SLACK_CHANNEL, or the one that it is in")
    add("--env-file", type=Path, default=Path(".env"), help="setup: the file for the variables; default: .env")
    parser.epilog = "Tokens are read from the environment (SLACK_BOT_TOKEN, SLACK_APP_TOKEN), or asked for."


def run(arguments: argparse.Namespace) -> int:
    """Do it. Raises UsageError and SettingsError."""
    from importlib import import_module  # noqa: PLC0415 - not for --help

    manifest = import_module("handlers.slack_manifest")  # by name, because bot/ must not import handlers/
    if arguments.action == "manifest":
        sys.stdout.write(manifest.text(arguments.url))
        return OK
    return _setup(arguments, manifest)


def _setup(arguments: argparse.Namespace, manifest: Any) -> int:  # noqa: ANN401 - a module
    import asyncio  # noqa: PLC0415

    from bot.cli.setting_up import SetupOrder, set_up  # noqa: PLC0415
    from bot.cli.terminal import RealTerminal  # noqa: PLC0415
    from bot.settings import load  # noqa: PLC0415

    order = SetupOrder(manifest.link(arguments.url), arguments.url, arguments.channel, arguments.env_file)
    return OK if asyncio.run(set_up(load(), order, RealTerminal())) else FAILED
