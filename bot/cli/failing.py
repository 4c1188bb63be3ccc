"""How errors end at a terminal: a sentence on stderr and an exit code, never a traceback for what can be expected."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from bot.errors import ProvenanceBotError, SettingsError, UsageError
from bot.render.plain import plain

OK: Final = 0
FAILED: Final = 1
USAGE: Final = 2
UNCHECKED: Final = 3


@dataclass(slots=True)
class Ending:
    """The exit code, once it is known."""

    code: int = UNCHECKED


@contextmanager
def explained() -> Iterator[Ending]:
    """Turn our errors into a sentence: wrong usage and settings end with 2, everything else of ours with 3."""
    ending = Ending()
    try:
        yield ending
    except ProvenanceBotError as error:
        print(f"provenance: {plain(str(error))}", file=sys.stderr)
        ending.code = USAGE if isinstance(error, UsageError | SettingsError) else UNCHECKED
