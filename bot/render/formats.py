"""The formats of `provenance check`: one table. The code of a format is read only when it is asked for.

To add one: a file here with `render(reports, display) -> str`, and its name in `FORMATS`.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol, cast

from bot.render.display import Display

if TYPE_CHECKING:
    from bot.report import Report

FORMATS: Final = ("text", "json", "markdown", "sarif", "junit", "csv", "github", "gitlab")
"""The first one is what a person gets who names none."""


class Format(Protocol):
    """A module of this package."""

    def render(self, reports: Sequence["Report"], display: Display, /) -> str:
        """All reports as one text."""


def render(name: str, reports: Sequence["Report"], display: Display) -> str:
    """The reports in that format."""
    return cast("Format", import_module(f"{__package__}.{name}")).render(reports, display)
