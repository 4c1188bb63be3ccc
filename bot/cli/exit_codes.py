"""Exit codes, and expected errors as sentences on stderr, without a traceback."""

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from msgspec import Struct

from bot.cli.runner_log import without_commands
from bot.errors import ProvenanceBotError, SettingsError, UsageError
from bot.render.plain import plain_lines

OK: Final = 0
FAILED: Final = 1
USAGE: Final = 2
UNCHECKED: Final = 3

UNEXPECTED: Final = "this is a bug of provenance-bot, and says nothing about an image; please report the lines above"


class ExitCode(Struct):
    """The exit code, set when it is known."""

    code: int = UNCHECKED


@contextmanager
def reporting_errors() -> Iterator[ExitCode]:
    """Print our own errors. Wrong usage and settings give exit code 2, all other errors of ours give 3.

    So does an exception that nobody expected, with its traceback: Python's own exit code for it is 1, which says that
    an image failed. Raises OSError as it is: stdout may be closed or full.
    """
    exit_code = ExitCode()
    try:
        yield exit_code
    except ProvenanceBotError as error:
        _print(f"provenance: {error}")
        exit_code.code = USAGE if isinstance(error, UsageError | SettingsError) else UNCHECKED
    except OSError:
        raise
    except Exception:  # noqa: BLE001 - an unexpected error is not a verdict
        _print(f"{traceback.format_exc()}\nprovenance: {UNEXPECTED}")


def _print(text: str) -> None:
    """On stderr, without anything that a terminal or GitHub's runner would obey. An error of a file has a line each."""
    print(without_commands("\n".join(plain_lines(text))), file=sys.stderr)
