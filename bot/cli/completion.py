"""`provenance completion`: a script that completes words, options and their values in a shell."""

import argparse
from typing import Final

from bot.cli.shells import SHELLS

HELP: Final = "print a completion script for bash, zsh or fish"

EXAMPLES: Final = """\
  bash   eval "$(provenance completion bash)"                                          # in ~/.bashrc
  zsh    provenance completion zsh > "${fpath[1]}/_provenance"                         # then start zsh again
  fish   provenance completion fish > ~/.config/fish/completions/provenance.fish
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which shell."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EXAMPLES
    parser.add_argument("shell", choices=SHELLS)


def run(arguments: argparse.Namespace) -> int:
    """Print it."""
    from bot.__main__ import all_parsers  # noqa: PLC0415 - imports every subcommand
    from bot.cli.shells import script  # noqa: PLC0415
    from bot.cli.shells.words import command_words  # noqa: PLC0415

    known = [command_words(name, about, parser) for name, about, parser in all_parsers()]
    print(script(arguments.shell, known), end="")
    return 0
