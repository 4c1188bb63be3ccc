"""`provenance webhooks`: the URL of each configured source, and what to paste where."""

import argparse
import sys
from typing import Any, Final

from bot.errors import UsageError

HELP: Final = "print the URL of each webhook source, and what to paste where; or make a new source"


def arguments(parser: argparse.ArgumentParser) -> None:
    """One source, or a new one."""
    add = parser.add_argument
    add("source", nargs="?", default="", metavar="SOURCE", help="the id of one source; default: all")
    add("--new", metavar="KIND", default="", help="make a source of that kind, with a new secret")
    add("--host", action="append", default=[], help="a registry whose pushes it announces")
    add("--id", default="", help="the new source's id; default: its kind")
    add("--account", default="", help="the service account with which Pub/Sub proves itself")
    add("--repository", action="append", default=[], metavar="NAME=HOST/PATH", help="where images of a repository are")
    add("--markdown", action="store_true", help="the table in docs/webhooks.md of kinds")
    parser.epilog = "A configured secret is never shown. A new one is shown once: it is stored nowhere."


def run(arguments: argparse.Namespace) -> int:
    """Print it. Raises UsageError and SettingsError."""
    from importlib import import_module  # noqa: PLC0415 - not for --help

    from bot.settings_source import load  # noqa: PLC0415

    guide = import_module("handlers.webhooks.guide")  # by name, because bot/ must not import handlers/
    if arguments.markdown:
        sys.stdout.write(guide.table())
    elif arguments.new:
        sys.stdout.write(guide.new(load(), arguments.new, _told(arguments)))
    elif any((arguments.host, arguments.id, arguments.account, arguments.repository)):
        raise UsageError("--host, --id, --account and --repository are for --new")
    else:
        sys.stdout.write(guide.guides(load(), arguments.source))
    return 0


def _told(arguments: argparse.Namespace) -> dict[str, Any]:
    """The new source, as far as the command line says it."""
    if arguments.source or not arguments.host:
        raise UsageError("--new needs --host and no SOURCE, e.g. --new quay --host quay.io")
    repositories = dict(text.partition("=")[::2] for text in arguments.repository)
    return {
        "id": arguments.id or arguments.new,
        "hosts": arguments.host,
        "account": arguments.account,
        "repositories": repositories,
    }
