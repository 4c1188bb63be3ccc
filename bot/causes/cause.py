"""What a cause is: which rules it explains, when, and how to fix it."""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct, field

from bot.causes.failure import Failure
from bot.causes.system import system_of
from bot.context import Context, WorkflowFinding
from bot.remedies.snippet import Snippet, System
from bot.values import replace


class Sureness(StrEnum):
    """How sure a cause is, surest first. `certain` only when nothing else makes such an image."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"

    @property
    def raised(self) -> "Sureness":
        """One step surer."""
        return Sureness.LIKELY if self is Sureness.POSSIBLE else Sureness.CERTAIN


class Cause(Struct, frozen=True):
    """Why a rule failed, what that rests on in a sentence, and how to fix it.

    IMAGE in `snippet` and `verify` stands for the image's name, IMAGE@DIGEST for it at its digest.
    """

    id: str
    sureness: Sureness
    because: str
    fix: str
    snippet: str = ""
    language: str = ""
    verify: str = ""


class Indication(Struct, frozen=True):
    """What a look at the evidence brought: it is this cause, that sure, and because of this."""

    sureness: Sureness
    because: str


Look: TypeAlias = Callable[[Context, Failure], Indication | None]


class CauseRule(Struct):
    """One cause. The file's name is its id: `bot.causes.load_then_push` is `load-then-push`.

    `explains` are the rules whose failure it may be; `snippets` what to paste, by build system, else the CLI's;
    `confirmed_by` the lint rules of which a finding in the image's own workflow makes it surer.
    """

    module: str
    explains: frozenset[str]
    fix: str
    snippets: Mapping[System, Snippet] = field(default_factory=dict)
    verify: str = ""
    confirmed_by: frozenset[str] = frozenset()
    _look: Look | None = None

    @property
    def id(self) -> str:
        """E.g. load-then-push."""
        return self.module.rpartition(".")[2].replace("_", "-")

    def __call__(self, look: Look) -> Look:
        """Decorate the look at the evidence."""
        self._look = look
        return look

    def cause(self, context: Context, failure: Failure) -> Cause | None:
        """The cause, if that is what the evidence shows; surer when the workflow says the same."""
        if self._look is None:  # a file that forgot its decorator
            raise TypeError(f"{self.module} has no look")
        told = self._look(context, failure) if failure.rule in self.explains else None
        if told is None:
            return None
        witness = self._witness(context.workflow)
        if witness is not None:
            told = replace(told, sureness=told.sureness.raised, because=f"{told.because} {_seen(witness)}")
        snippet = self._snippet(system_of(context.evidence, witness))
        return Cause(self.id, told.sureness, told.because, self.fix, snippet.text, snippet.language, self.verify)

    def _witness(self, workflow: Iterable[WorkflowFinding]) -> WorkflowFinding | None:
        return next((finding for finding in workflow if finding.rule in self.confirmed_by), None)

    def _snippet(self, system: System) -> Snippet:
        return self.snippets.get(system) or self.snippets.get(System.CLI) or Snippet("", "")


def certain(because: str) -> Indication:
    """Nothing else makes such an image."""
    return Indication(Sureness.CERTAIN, because)


def likely(because: str) -> Indication:
    """The usual way in which such an image comes about."""
    return Indication(Sureness.LIKELY, because)


def possible(because: str) -> Indication:
    """One of several ways, and the registry does not tell which."""
    return Indication(Sureness.POSSIBLE, because)


def _seen(finding: WorkflowFinding) -> str:
    return f"The workflow that built it says so, too: {finding.file}, line {finding.line}."
