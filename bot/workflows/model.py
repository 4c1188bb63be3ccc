"""A CI file as jobs and steps, and what happens in them, in order."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from bot.workflows.builds import Action
from bot.workflows.events import Events, only_requests
from bot.workflows.nodes import Mapping
from bot.workflows.operations import ImageOperation
from bot.workflows.text import Place, SourceText
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


@dataclass(frozen=True, slots=True)
class Step:
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


@dataclass(frozen=True, slots=True)
class Permissions:
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


@dataclass(frozen=True, slots=True)
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
    script: str = ""  # of a make target or a script file: its text, variables not filled in

    @property
    def operations(self) -> tuple[ImageOperation, ...]:
        """All that happens in it, in order."""
        return tuple(operation for step in self.steps for operation in step.operations)

    @property
    def publishing(self) -> tuple[ImageOperation, ...]:
        """What happens in it when it is not only run for pull requests, in order."""
        return tuple(operation for step in self.steps if not step.for_requests for operation in step.operations)

    def step(self, id_: str) -> Step | None:
        """The step with that id."""
        return next((step for step in self.steps if step.id == id_), None)


@dataclass(frozen=True, slots=True)
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
    branches: tuple[str, ...] = ()  # whose pushes alone start it, besides people

    @property
    def uses(self) -> tuple[str, ...]:
        """The files of its repository that it uses, as `uses: ./…` says."""
        named = (uses for job in self.jobs for uses in (job.calls, *(step.local for step in job.steps)) if uses)
        return tuple(dict.fromkeys(named))

    def job(self, name: str) -> Job | None:
        """The job of that name."""
        return next((job for job in self.jobs if job.name == name), None)

    def output(self, job: Job, text: str) -> tuple[Job, str, str] | None:
        """The job, step id and output that an expression of a job reads; through another job's outputs, too."""
        if needed := job_output(text):
            if (found := self.job(needed[0])) is None:
                return None
            job, text = found, dict(found.outputs).get(needed[1], "")
        output = step_output(text)
        return (job, *output) if output else None
