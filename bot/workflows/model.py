"""A CI file as jobs and steps, and what happens in them, in order."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Final, TypeAlias, TypeVar

from msgspec import Struct

from bot.workflows.builds import Action
from bot.workflows.events import Events, only_requests
from bot.workflows.nodes import Mapping
from bot.workflows.operations import ImageOperation
from bot.workflows.step_state import StepState
from bot.workflows.text import Asked, Place, SourceText
from bot.workflows.unresolved import job_output, step_output


class FileKind(StrEnum):
    """What sort of file it is."""

    GITHUB = "GitHub workflow"
    COMPOSITE = "composite action"
    GITLAB = "GitLab pipeline"
    COMPOSE = "compose file"
    BAKE = "bake file"
    MAKE = "Makefile"
    SHELL = "shell script"
    DOCKERFILE = "Dockerfile"
    GORELEASER = "GoReleaser configuration"
    PACKAGE = "package.json"
    TASKFILE = "Taskfile"
    JUST = "justfile"
    OTHER_CI = "pipeline of another CI system"
    UNREAD = "file whose commands are not read"


TARGETS: Final = frozenset({FileKind.MAKE, FileKind.PACKAGE, FileKind.TASKFILE, FileKind.JUST})
"""Files whose jobs run by their names, in any order, and one of which may push what another one builds."""


class Step(Struct, frozen=True):
    """One step. `outputs` are what its script writes for later steps, by name."""

    place: Place
    id: str = ""
    uses: Action | None = None
    local: str = ""  # uses: ./…
    node: Mapping | None = None
    inputs: Mapping | None = None
    operations: tuple[ImageOperation, ...] = ()
    outputs: tuple[tuple[str, tuple[str, ...]], ...] = ()
    events: Events | None = None  # that let it run; None: not known
    off_main: bool = False  # it surely does not run for the main branch, and does for others

    @property
    def for_requests(self) -> bool:
        """Whether only pull requests run it: then it publishes nothing that people use."""
        return only_requests(self.events)


class Permissions(Struct, frozen=True):
    """What a job's token may do: levels by scope; `every` is read-all, write-all, "" or an unresolved part."""

    scopes: tuple[tuple[str, str], ...]
    every: str
    node: Mapping | None
    place: Place

    def grants(self, scope: str) -> bool | None:
        """Whether it may write there; None when an unresolved part decides."""
        if self.every:
            return {"write-all": True, "read-all": False}.get(self.every)
        level = dict(self.scopes).get(scope, "none")
        return None if "$" in level else level == "write"


Held: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
"""What names in expressions may stand for: `steps.meta.outputs.tags`, and all the texts that are known for it."""


A = TypeVar("A", bound=Hashable)
T = TypeVar("T")


@dataclass(frozen=True)
class Job:
    """Steps that run one after the other."""

    name: str
    place: Place
    steps: tuple[Step, ...] = ()
    permissions: Permissions | None = None
    calls: str = ""  # uses: of a whole workflow
    node: Mapping | None = None
    exported: tuple[tuple[str, tuple[str, ...]], ...] = ()  # what scripts wrote to $GITHUB_ENV, all alternatives
    needs: tuple[str, ...] = ()
    outputs: tuple[tuple[str, str], ...] = ()  # for jobs that need this one, by name
    events: Events | None = None  # that let it run; None: not known
    idle: bool = False  # a template that no job of the file uses
    fails: bool = False  # GitHub does not run it to its end any more
    only_said: bool = False  # flags in a variable: which command they end up in, is not known
    title: str = ""  # for people
    held: Held = ()
    script: str = ""  # of a target, a task or a script file: its text, variables not filled in
    states: tuple[StepState, ...] = field(default=(), repr=False, compare=False)  # before each step, and after the last
    _found: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, work: "Callable[[Job, A], T]", about: A) -> T:
        """What `work` finds out about this job, found out once: rules ask it for each of a thousand builds."""
        if (work, about) not in self._found:
            self._found[work, about] = work(self, about)
        found: T = self._found[work, about]
        return found

    @cached_property
    def operations(self) -> tuple[ImageOperation, ...]:
        """All that happens in it, in order."""
        return tuple(operation for step in self.steps for operation in step.operations)

    @cached_property
    def _homes(self) -> dict[int, tuple[int, Step]]:
        """For each operation, by its identity, how many stand before it, and its step."""
        homes: dict[int, tuple[int, Step]] = {}
        every = ((operation, step) for step in self.steps for operation in step.operations)
        for at, (operation, step) in enumerate(every):
            homes.setdefault(id(operation), (at, step))
        return homes

    def step_of(self, operation: ImageOperation) -> Step | None:
        """The step in which this very operation happens; None when that is in another job."""
        return self._homes[id(operation)][1] if id(operation) in self._homes else None

    def place_of(self, operation: ImageOperation) -> int:
        """How many operations stand before this very one; all of them when it is not of this job."""
        return self._homes[id(operation)][0] if id(operation) in self._homes else len(self.operations)

    @cached_property
    def publishing(self) -> tuple[ImageOperation, ...]:
        """What happens in it when it is not only run for pull requests, in order."""
        return tuple(operation for step in self.steps if not step.for_requests for operation in step.operations)

    def step(self, id_: str) -> Step | None:
        """The step with that id."""
        return self._by_id.get(id_)

    @cached_property
    def _by_id(self) -> dict[str, Step]:
        return {step.id: step for step in reversed(self.steps)}


@dataclass(frozen=True)
class CiFile:
    """One file, read."""

    source: SourceText
    kind: FileKind
    jobs: tuple[Job, ...] = ()
    permissions: Permissions | None = None
    callable: bool = False  # a reusable workflow: its caller may do what it does not
    whole: bool = True  # False: other files may do what this one does not
    only_called: bool = False  # a reusable workflow that nothing else starts
    inputs: Mapping | None = None  # that its callers may give
    title: str = ""  # for people
    documents: tuple[Mapping, ...] = ()  # of YAML, so that it is parsed once
    doubtful: bool = False  # the exact parser of YAML may read these differently
    branches: tuple[str, ...] = ()  # whose pushes alone start it, besides people
    included: tuple[str, ...] = ()  # files of its repository, as ./…, whose jobs are its own
    spaces: tuple[tuple[str, str], ...] = ()  # names before those of other files' jobs, and these files beside it
    asked: tuple[Asked, ...] = field(default=(), repr=False, compare=False)  # of its whole text, to read it
    _found: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, work: "Callable[[CiFile], T]") -> T:
        """What `work` finds out about this file, found out once."""
        if work not in self._found:
            self._found[work] = work(self)
        found: T = self._found[work]
        return found

    @cached_property
    def uses(self) -> tuple[str, ...]:
        """The files of its repository that it uses, as `uses: ./…` says."""
        named = (uses for job in self.jobs for uses in (job.calls, *(step.local for step in job.steps)) if uses)
        return tuple(dict.fromkeys(named))

    def job(self, name: str) -> Job | None:
        """The job of that name; the first of several."""
        return next(iter(self.named((name,))), None)

    def named(self, names: Iterable[str]) -> tuple[Job, ...]:
        """The jobs of these names, in the order in which they stand in the file."""
        found = sorted({at for name in names for at in self._places.get(name, ())})
        return tuple(self.jobs[at] for at in found)

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for at, job in enumerate(self.jobs):
            places.setdefault(job.name, []).append(at)
        return places

    def output(self, job: Job, text: str) -> tuple[Job, str, str] | None:
        """The job, step id and output that an expression of a job reads; through another job's outputs, too."""
        if needed := job_output(text):
            if (found := self.job(needed[0])) is None:
                return None
            job, text = found, dict(found.outputs).get(needed[1], "")
        output = step_output(text)
        return (job, *output) if output else None
