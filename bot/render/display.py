"""Where a report is shown: what a format for people may make use of, and one for programs does not."""

from msgspec import Struct


class Display(Struct, frozen=True):
    """`width` in characters; without a `terminal` no styles and ASCII alone, without `colours` bold at most."""

    width: int = 100
    terminal: bool = False
    verbose: bool = False  # also what passed or was not asked, and all details
    quiet: bool = False  # one line an image
    colours: bool = True
