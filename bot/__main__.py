"""The `provenance` command: one subcommand a file in bot/cli/, imported only when it is asked for."""

import argparse
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import Final, Protocol, cast

COMMANDS: Final = ("check", "demo", "jobs", "lint", "policy", "rules", "serve", "work")
"""The words; each is a file in bot/cli/."""

PROGRAM: Final = "provenance"
INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141
"""What shells report for SIGINT and SIGPIPE."""
UNWRITTEN: Final = 3
"""What was found could not be told: as when it could not be checked."""


class Command(Protocol):
    """What a file in bot/cli/ offers."""

    HELP: str

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Say what the command takes."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it; the exit code."""


def main(words: Sequence[str] | None = None) -> int:
    """Run the subcommand that the command line names; its exit code is ours."""
    asked = list(sys.argv[1:] if words is None else words)
    try:
        if asked and asked[0] in COMMANDS:
            return _run(asked[0], asked[1:])
        return _without_command(asked)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _close_quietly()
        return PIPE_CLOSED
    except OSError as error:
        _close_quietly()
        sys.stderr.write(f"{PROGRAM}: {error.strerror or error}\n")
        return UNWRITTEN


def _run(word: str, rest: list[str]) -> int:
    command = _command(word)
    parser = argparse.ArgumentParser(prog=f"{PROGRAM} {word}", description=command.HELP, allow_abbrev=False)
    command.arguments(parser)
    arguments = parser.parse_args(rest)
    from bot.cli.failing import explained  # noqa: PLC0415 - after the arguments were understood

    with explained() as outcome:
        outcome.code = command.run(arguments)
        sys.stdout.flush()
    return outcome.code


def _without_command(asked: list[str]) -> int:
    """Help, version, or a word that is no command."""
    parser = argparse.ArgumentParser(prog=PROGRAM, description="Checks provenance, SBOM and signatures of images.")
    parser.add_argument("--version", action="store_true", help="print the version")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for word in COMMANDS:
        commands.add_parser(word, help=_command(word).HELP)
    if asked and not asked[0].startswith("-"):
        parser.error(_meant(asked[0]))
    if parser.parse_args(asked).version:
        from bot.version import own_version  # noqa: PLC0415 - asked for rarely

        print(f"{PROGRAM}-bot {own_version()}")  # noqa: T201 - the terminal is what it is for
        return 0
    parser.print_help()
    return 0 if asked else 2


def _meant(word: str) -> str:
    """What to type instead of a word that is no command."""
    if close := get_close_matches(word, COMMANDS, n=1):
        return f"there is no command {word!r}; did you mean `{PROGRAM} {close[0]}`?"
    if any(sign in word for sign in "/:"):
        return f"{word!r} is no command; to check an image: `{PROGRAM} check {word}`"
    return f"there is no command {word!r}; there are: {', '.join(COMMANDS)}"


def _command(word: str) -> Command:
    return cast("Command", import_module(f"bot.cli.{word}"))


def _close_quietly() -> None:
    """Whoever read our output has gone; what is still buffered has nowhere to go."""
    import os  # noqa: PLC0415 - only here

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
