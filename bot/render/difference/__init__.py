"""The formats of `provenance compare`: one table. The code of a format is read only when it is asked for.

To add one: a file here with `render(difference, display) -> str`, and its name in `FORMATS`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol, cast

from bot.render.display import Display

if TYPE_CHECKING:
    from bot.report.difference import Difference

FORMATS: Final = ("text", "json", "markdown")
"""The first one is what a person gets who names none."""


class DifferenceFormat(Protocol):
    """A module of this package."""

    def render(self, difference: "Difference", display: Display, /) -> str:
        """The whole of it."""


def render(name: str, difference: "Difference", display: Display) -> str:
    """The difference in that format."""
    return cast("DifferenceFormat", import_module(f"{__package__}.{name}")).render(difference, display)
