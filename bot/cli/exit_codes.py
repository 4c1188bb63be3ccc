"""Exit codes, and expected errors as sentences on stderr, without a traceback."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from bot.cli.runner_log import without_commands
from bot.errors import ProvenanceBotError, SettingsError, UsageError
from bot.render.plain import plain_lines

OK: Final = 0
FAILED: Final = 1
USAGE: Final = 2
UNCHECKED: Final = 3


@dataclass(slots=True)
class ExitCode:
    """The exit code, set when it is known."""

    code: int = UNCHECKED


@contextmanager
def reporting_errors() -> Iterator[ExitCode]:
    """Print our own errors. Wrong usage and settings give exit code 2, all other errors of ours give 3."""
    exit_code = ExitCode()
    try:
        yield exit_code
    except ProvenanceBotError as error:
        told = "\n".join(plain_lines(f"provenance: {error}"))  # an error of a file has a line each
        print(without_commands(told), file=sys.stderr)
        exit_code.code = USAGE if isinstance(error, UsageError | SettingsError) else UNCHECKED
