"""Where a report is shown: what a format for people may make use of, and one for programs does not."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Display:
    """`width` in characters; without a `terminal` no colours and ASCII alone."""

    width: int = 100
    terminal: bool = False
    verbose: bool = False  # also what passed or was not asked
    quiet: bool = False  # one line an image
