"""`provenance slack`: the manifest of the Slack app, the setup, and the workspaces that installed the app."""

import argparse
import sys
from pathlib import Path
from typing import Any, Final

from bot.cli.exit_codes import FAILED, OK

HELP: Final = "set up the Slack app, print its manifest, or manage the workspaces that installed it"

ACTIONS: Final = {
    "setup": "from nothing to the first message",
    "manifest": "the app's manifest as YAML",
    "workspaces": "which workspaces installed the app (OAuth)",
    "key": "a new key for PROVENANCE_SLACK_TOKEN_KEYS",
    "rekey": "seal all tokens with the first key",
    "forget": "delete a workspace's token and all that is remembered for it",
}

USES: Final = {
    "setup": {"steps", "url", "channel", "env_file"},
    "manifest": {"oauth", "steps", "url"},
    "key": {"name"},
    "forget": {"name"},
}
"""Which arguments each of them reads; whoever gives another one expects something that does not happen."""

DEFAULTS: Final = {"name": "", "oauth": False, "steps": False, "url": "", "channel": "", "env_file": Path(".env")}


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and how Slack reaches the bot."""
    add = parser.add_argument
    add("action", choices=list(ACTIONS), help="; ".join(f"{name}: {what}" for name, what in ACTIONS.items()))
    add("name", nargs="?", default="", help="key: the key's name, k1 for example; forget: the workspace's id")
    add("--oauth", action="store_true", help="manifest: of an app that several workspaces install")
    add("--steps", action="store_true", help="setup, manifest: also the workflow steps, for a paid plan of Slack")
    add("--url", default="", help="setup, manifest: the bot's https address; default: Socket Mode, without an address")
    add("--channel", default="", help="setup: where the bot posts; default: SLACK_CHANNEL, or the one that it is in")
    add("--env-file", type=Path, default=Path(".env"), help="setup: the file for the variables; default: .env")
    parser.epilog = "setup reads tokens from the environment (SLACK_BOT_TOKEN, SLACK_APP_TOKEN), or asks for them."


def run(arguments: argparse.Namespace) -> int:
    """Do it. Raises UsageError and SettingsError."""
    from importlib import import_module  # noqa: PLC0415 - not for --help

    _require_used(arguments)
    manifest = import_module("handlers.slack_manifest")  # by name, because bot/ must not import handlers/
    if arguments.action == "manifest":
        sys.stdout.write(manifest.text(arguments.url, steps=arguments.steps, is_distributed=arguments.oauth))
        return OK
    if arguments.action == "setup":
        return _setup(arguments, manifest)
    return _workspaces(arguments)


def _require_used(arguments: argparse.Namespace) -> None:
    told = {name for name, default in DEFAULTS.items() if getattr(arguments, name) != default}
    if unused := sorted(told - USES.get(arguments.action, set())):
        from bot.errors import UsageError  # noqa: PLC0415 - not for --help

        name = unused[0]
        option = f"{arguments.name!r}" if name == "name" else f"--{name.replace('_', '-')}"
        raise UsageError(f"provenance slack {arguments.action} does not use {option}")


def _workspaces(arguments: argparse.Namespace) -> int:
    import asyncio  # noqa: PLC0415

    from bot.cli import slack_workspaces  # noqa: PLC0415
    from bot.settings_source import load  # noqa: PLC0415

    if arguments.action == "key":
        sys.stdout.write(slack_workspaces.new_key(arguments.name or "k1") + "\n")
        return OK
    doing = slack_workspaces.ACTIONS[arguments.action]
    return OK if asyncio.run(doing(load(), arguments.name, sys.stdout.write)) else FAILED


def _setup(arguments: argparse.Namespace, manifest: Any) -> int:  # noqa: ANN401 - a module
    import asyncio  # noqa: PLC0415

    from bot.cli.setting_up import SetupOrder, set_up  # noqa: PLC0415
    from bot.cli.terminal import RealTerminal  # noqa: PLC0415
    from bot.settings_source import load  # noqa: PLC0415

    order = SetupOrder(
        manifest.link(arguments.url, steps=arguments.steps), arguments.url, arguments.channel, arguments.env_file
    )
    return OK if asyncio.run(set_up(load(), order, RealTerminal())) else FAILED
