"""What rules on images and rules on CI files have in common: a file each, one check, a severity, and what to do.

Nothing else of the rules is imported here, since whoever lints CI files looks at no image.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from msgspec import Struct

C = TypeVar("C")
F = TypeVar("F")


class Severity(StrEnum):
    """How bad it is when the rule fails; the default, a policy may change it."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


class Remediation(Struct, frozen=True):
    """What to do, something to paste, and the command that shows that it worked."""

    text: str
    snippet: str = ""
    language: str = ""
    verify: str = ""


@dataclass(slots=True)
class FileRule(Generic[C, F]):
    """A rule that is one file. `C` is what it looks at, `F` what it finds."""

    module: str
    id: str = field(init=False)  # the file's name: `bot.rules.provenance_mode_min` is `provenance-mode-min`
    _check: Callable[[C], Iterable[F]] | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        self.id = self.module.rpartition(".")[2].replace("_", "-")

    def __call__(self, check: Callable[[C], Iterable[F]]) -> Callable[[C], Iterable[F]]:
        """Decorate the check."""
        self._check = check
        return check

    def findings(self, context: C) -> Iterator[F]:
        """What the rule finds; nothing means that all is well."""
        if self._check is None:  # a file that forgot its decorator
            raise TypeError(f"{self.module} has no check")
        return iter(self._check(context))


class WorkflowReason(StrEnum):
    """What exactly a linter saw, where causes tell it apart from what else the same rule finds."""

    ENGINES_BUILDER = "engines-builder"  # the engine's own builder: no step sets up another one
