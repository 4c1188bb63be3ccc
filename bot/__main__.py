"""The `provenance` command. Each subcommand is a file in bot/cli/, imported only when it is used."""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any, Final, NoReturn, Protocol, cast

from bot.cli.garbage import starting
from bot.no_plugins import use_no_plugins

COMMANDS: Final = (
    "audit",
    "check",
    "compare",
    "completion",
    "demo",
    "digest",
    "doctor",
    "export",
    "import",
    "jobs",
    "lint",
    "policy",
    "rules",
    "serve",
    "slack",
    "unwatch",
    "watch",
    "watches",
    "webhooks",
    "work",
)
"""The subcommands; each is a file in bot/cli/."""

PROGRAM: Final = "provenance"

ELSEWHERE: Final = {"explain": "rules RULE", "fix": "check IMAGE", "verify": "check IMAGE", "list": "watches"}
"""Words that the bot knows in Slack, or that other tools have, and what they are called here."""

INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141
"""What shells report for SIGINT and SIGPIPE."""
UNWRITTEN: Final = 3
"""The result could not be written to stdout; the same code as "could not be checked"."""


class CommandParser(argparse.ArgumentParser):
    """A parser that says which option or word was probably meant."""

    def parse_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> argparse.Namespace:  # type: ignore[override]  # noqa: ANN401 - as the base class has it
        """As the base class does, with a suggestion for each unknown option."""
        found, unknown = self.parse_known_args(args, namespace)
        if unknown:
            self.error(self._unknown(unknown))
        return cast("argparse.Namespace", found)

    def error(self, message: str) -> NoReturn:
        """As the base class does; a word of the command line does not become a command of GitHub's runner."""
        from bot.cli.runner_log import without_commands  # noqa: PLC0415 - not for a right command line

        super().error(without_commands(message))

    def _check_value(self, action: argparse.Action, value: object) -> None:
        """As the base class does, with the word of a list that was probably meant."""
        if action.choices is None or value in action.choices:
            return
        known = list(map(str, action.choices))
        close = _close(str(value), known)
        meant = f"did you mean {close[0]}?" if close else f"choose from {', '.join(known)}"
        raise argparse.ArgumentError(action, f"invalid choice: {str(value)!r}; {meant}")

    def _unknown(self, words: Sequence[str]) -> str:
        known = list(_options(self))
        for word in words:
            if word.startswith("-") and (close := _close(word.partition("=")[0], known)):
                return f"unknown option {word}; did you mean {close[0]}?"
        return f"unknown argument{'s' if len(words) > 1 else ''}: {' '.join(words)}"


def _close(word: str, known: Sequence[str]) -> list[str]:
    """The known word that was probably meant, if there is one."""
    from difflib import get_close_matches  # noqa: PLC0415 - only for a wrong command line

    return get_close_matches(word, known, n=1)


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    """All options, those of words such as `policy check` included."""
    for action in parser._actions:  # noqa: SLF001 - argparse has no other way to tell them
        yield from action.option_strings
        if isinstance(action.choices, dict):
            yield from (option for word in action.choices.values() for option in _options(word))


class CliCommand(Protocol):
    """What a file in bot/cli/ defines."""

    HELP: str

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's arguments to the parser."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Run the command; returns the exit code."""


def main(words: Sequence[str] | None = None) -> int:
    """Run the subcommand of the command line; returns its exit code."""
    starting()
    use_no_plugins()
    if not _has_streams():
        return UNWRITTEN
    try:
        return _answer(list(sys.argv[1:] if words is None else words))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _close_quietly()
        return PIPE_CLOSED
    except OSError as error:
        _close_quietly()
        sys.stderr.write(f"{PROGRAM}: {error.strerror or error}\n")
        return UNWRITTEN


def _answer(asked: list[str]) -> int:
    if asked[:1] == ["help"]:  # `help check` as in other tools and in Slack
        asked = [*asked[1:2], "--help"]
    if asked and asked[0] in COMMANDS:
        return _run(asked[0], asked[1:])
    if asked == ["--version"]:
        return _print_version()
    return _without_command(asked)


def _run(word: str, rest: list[str]) -> int:
    command = _command(word)
    arguments = _parser(word, command).parse_args(rest)
    from bot.cli.exit_codes import reporting_errors  # noqa: PLC0415 - only after the arguments were parsed

    with reporting_errors() as outcome:
        outcome.code = command.run(arguments)
        sys.stdout.flush()
    return outcome.code


def all_parsers() -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    """Every subcommand, what it does, and its parser: for completion. Imports all of them."""
    for word in COMMANDS:
        command = _command(word)
        yield word, command.HELP, _parser(word, command)


def _parser(word: str, command: CliCommand) -> CommandParser:
    parser = CommandParser(prog=f"{PROGRAM} {word}", description=command.HELP, allow_abbrev=False)
    command.arguments(parser)
    return parser


def _without_command(asked: list[str]) -> int:
    """Help, or an unknown command; also the version, beside other words."""
    parser = CommandParser(prog=PROGRAM, description="Checks provenance, SBOM and signatures of images.")
    parser.add_argument("--version", action="store_true", help="print the version")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for word in COMMANDS:
        commands.add_parser(word, help=_command(word).HELP)
    if asked and not asked[0].startswith("-"):
        parser.error(_meant(asked[0]))
    if parser.parse_args(asked).version:
        return _print_version()
    parser.print_help()
    return 0 if asked else 2


def _print_version() -> int:
    from bot.version import own_commit, own_version  # noqa: PLC0415 - rarely used

    commit = own_commit()
    print(f"{PROGRAM}-bot {own_version()}" + (f" ({commit})" if commit else ""))  # noqa: T201 - the terminal is what it is for
    return 0


def _meant(word: str) -> str:
    """The error message for an unknown command, with a suggestion."""
    if close := _close(word, COMMANDS):
        return f"unknown command {word!r}; did you mean `{PROGRAM} {close[0]}`?"
    if word in ELSEWHERE:
        return f"unknown command {word!r}; did you mean `{PROGRAM} {ELSEWHERE[word]}`?"
    if any(sign in word for sign in "/:"):
        return f"unknown command {word!r}; to check an image: `{PROGRAM} check {word}`"
    return f"unknown command {word!r}; the commands are: {', '.join(COMMANDS)}"


def _command(word: str) -> CliCommand:
    return cast("CliCommand", import_module(f"bot.cli.{word}"))


def _has_streams() -> bool:
    """Whether there is a stdout. Python has None for a stream that was closed (`<&-`); an empty one takes its place."""
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123 - for all of the run
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    if sys.stdout is None:
        sys.stderr.write(f"{PROGRAM}: stdout is closed, so the result cannot be written\n")
    return sys.stdout is not None


def _close_quietly() -> None:
    """Discard buffered output: the reader of our stdout has closed it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
