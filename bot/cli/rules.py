"""`provenance rules`: list all rules, or explain one."""

import argparse
import sys
from difflib import get_close_matches
from typing import Final

from bot.errors import UsageError

HELP: Final = "list the rules, or explain one"


def arguments(parser: argparse.ArgumentParser) -> None:
    """A rule, and the output format."""
    parser.add_argument("rule", nargs="?", metavar="RULE", help="explain this one, e.g. provenance-mode-min")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--markdown", action="store_true", help="the table in docs/rules.md")
    form.add_argument("--json", action="store_true", help="an array for programs")


def run(arguments: argparse.Namespace) -> int:
    """Print the rules. Raises UsageError for an unknown rule."""
    from bot.render import rules as render  # noqa: PLC0415 - not for --help
    from bot.rules import Rule, catalogue  # noqa: PLC0415

    asked: tuple[Rule, ...] = catalogue()
    if arguments.rule:
        asked = tuple(rule for rule in asked if rule.id == arguments.rule) or _none(arguments.rule)
    if arguments.json:
        sys.stdout.write(render.as_json(asked))
    elif arguments.markdown:
        sys.stdout.write(render.markdown(asked))
    else:
        sys.stdout.write(render.explained(asked[0]) if arguments.rule else render.text(asked))
    return 0


def _none(name: str) -> tuple[()]:
    from bot.rules import catalogue  # noqa: PLC0415

    if name.startswith("workflow-"):
        raise UsageError(f"{name!r} is a rule of lint: provenance lint --explain {name}")
    close = get_close_matches(name, [rule.id for rule in catalogue()], n=1)
    meant = f"; did you mean {close[0]}?" if close else "; `provenance rules` lists them"
    raise UsageError(f"unknown rule {name!r}{meant}")
