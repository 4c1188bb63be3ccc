"""As many results as code scanning takes: it refuses a file with more, and with it all that it says.

https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from bot.file_rule import Severity

T = TypeVar("T")

RESULTS_MAX: Final = 25_000
"""Results of one run."""

_ORDER: Final = {severity: place for place, severity in enumerate(Severity)}


def most_severe(
    results: Sequence[T], severity: Callable[[T], Severity], most: int = RESULTS_MAX
) -> tuple[Sequence[T], tuple[str, ...]]:
    """The results as they are; if there are more than `most`, the most severe ones, and a sentence that says so."""
    if len(results) <= most:
        return results, ()
    kept = sorted(results, key=lambda one: _ORDER[severity(one)])[:most]
    return kept, (f"{len(results)} results, of which code scanning takes {most}: the least severe ones are left out",)
