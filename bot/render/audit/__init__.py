"""The formats of `provenance audit`: one table. The code of a format is read only when it is asked for.

To add one: a file here with `render(audit, display) -> str`, and its name in `FORMATS`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol, cast

from bot.render.display import Display

if TYPE_CHECKING:
    from bot.report.audit import Audit

FORMATS: Final = ("text", "json", "csv", "markdown")
"""The first one is what a person gets who names none."""


class AuditFormat(Protocol):
    """A module of this package."""

    def render(self, audit: "Audit", display: Display, /) -> str:
        """The whole of it."""


def render(name: str, audit: "Audit", display: Display) -> str:
    """The audit in that format."""
    return cast("AuditFormat", import_module(f"{__package__}.{name}")).render(audit, display)
