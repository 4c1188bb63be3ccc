"""What rules on images and rules on CI files have in common: a file each, one check, a severity, and what to do.

Nothing else of the rules is imported here, since whoever lints CI files looks at no image.
"""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from functools import cached_property
from typing import Generic, TypeVar

from msgspec import Struct

from bot.values import Hiding

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


class _Decorator(Hiding, Struct, Generic[C, F], kw_only=True):
    """What a rule gets as `@rule`. A class apart, so that it need not stand behind what a rule must be given."""

    HIDDEN = frozenset({"check"})

    check: Callable[[C], Iterable[F]] | None = None

    def __call__(self, check: Callable[[C], Iterable[F]]) -> Callable[[C], Iterable[F]]:
        """Decorate the check."""
        self.check = check
        return check


class FileRule(_Decorator[C, F], dict=True):  # `dict`: the id is made once
    """A rule that is one file. `C` is what it looks at, `F` what it finds."""

    module: str

    @cached_property
    def id(self) -> str:
        """The file's name: `bot.rules.provenance_mode_min` is `provenance-mode-min`."""
        return self.module.rpartition(".")[2].replace("_", "-")

    def findings(self, context: C) -> Iterator[F]:
        """What the rule finds; nothing means that all is well."""
        if self.check is None:  # a file that forgot its decorator
            raise TypeError(f"{self.module} has no check")
        return iter(self.check(context))


class WorkflowReason(StrEnum):
    """What exactly a linter saw, where causes tell it apart from what else the same rule finds."""

    ENGINES_BUILDER = "engines-builder"  # the engine's own builder: no step sets up another one
