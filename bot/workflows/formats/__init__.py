"""The formats of `provenance lint`: one table. The code of a format is read only when it is asked for. No I/O.

To add one: a file here with `render(findings, troubles, source) -> str`, and its line in `FORMATS`. `troubles` are
sentences about files that could not be read: nothing is known about those, and the reader must not think otherwise.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol, cast

if TYPE_CHECKING:
    from bot.workflows.lint_source import LintSource
    from bot.workflows.rules import LintFinding

FORMATS: Final[Mapping[str, str]] = {"text": "text", "json": "as_json", "sarif": "sarif", "github": "annotations"}
"""Each format's name, and its file. The first one is what a person gets who names none."""


class LintFormat(Protocol):
    """A module of this package."""

    def render(self, findings: Sequence["LintFinding"], troubles: Sequence[str], source: "LintSource", /) -> str:
        """All findings as one text."""


def render(
    name: str, findings: Sequence["LintFinding"], troubles: Sequence[str], source: "LintSource | None" = None
) -> str:
    """The findings in that format. Without a `source` no line is shown, and no patch."""
    from bot.workflows.lint_source import LintSource  # noqa: PLC0415 - not for --help

    module = import_module(f"{__name__}.{FORMATS[name]}")
    return cast("LintFormat", module).render(findings, troubles, source or LintSource())
