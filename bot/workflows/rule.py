"""What a lint rule is, and what it can say."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.rules import Remediation, Severity
from bot.workflows.builds import Build
from bot.workflows.edits import Fix
from bot.workflows.model import CiFile, Job, Step
from bot.workflows.operations import ImageOperation, UnknownSigner
from bot.workflows.pushes import keeps_attestations, later_operations, pushed_from_store
from bot.workflows.surroundings import ALONE, Surroundings, attached_by
from bot.workflows.text import Place


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One thing that a rule has to say about one place; line and column begin at 1. `fix` fixes it, where it can."""

    rule: str
    file: str
    line: int
    column: int
    severity: Severity
    message: str
    fix: Fix | None = field(default=None, compare=False, repr=False)

    @property
    def fixable(self) -> bool:
        """Whether a patch can fix it."""
        return self.fix is not None


Follow: TypeAlias = Callable[[str], CiFile | None]
"""The file that `uses: ./…` means, or None when it cannot be read."""


@dataclass(frozen=True, slots=True)
class LintContext:
    """One file, and how to get at those that it uses."""

    file: CiFile
    follow: Follow = field(default=lambda _: None)
    around: Surroundings = ALONE

    def builds(self) -> Iterator[tuple[Job, Build]]:
        """Every build that may end in a registry that outlives the job, with its job.

        Those that the containerd store holds until `docker push` are among them.
        """
        for job in self.file.jobs:
            for operation in job.operations:
                if isinstance(operation, Build) and not _is_local(operation) and self._leaves(job, operation):
                    yield job, operation

    def _leaves(self, job: Job, build: Build) -> bool:
        if build.aside or is_test_image(build):
            return False
        if build.push is not False:
            return True
        loaded = build.load is True and keeps_attestations(self.file, job, build) is True
        return loaded and bool(pushed_from_store(build, later_operations(self.file, job, build)))

    def attached(self) -> frozenset[str]:
        """What is attached to images after the push, by this file, its callers or what it calls."""
        called = [self.follow(uses) for uses in self.file.uses if uses.startswith("./")]
        return self.around.attached | attached_by([self.file, *(one for one in called if one)])

    def steps(self) -> Iterator[tuple[Job, Step]]:
        """Every step, with its job."""
        return ((job, step) for job in self.file.jobs for step in job.steps)

    def everything(self, job: Job) -> Iterator[tuple[Place, ImageOperation]]:
        """What happens in a job, and in the files that it uses (one level deep), each with a place in this file.

        What cannot be read may sign.
        """
        if job.calls:
            yield from ((job.place, operation) for operation in self._followed(job.calls, job.place))
        for step in job.steps:
            yield from ((operation.place, operation) for operation in step.operations)
            if step.local:
                yield from ((step.place, operation) for operation in self._followed(step.local, step.place))

    def _followed(self, path: str, place: Place) -> Iterator[ImageOperation]:
        called = self.follow(path) if path.startswith("./") else None
        if called is None:
            yield UnknownSigner(place)
            return
        for job in called.jobs:
            yield from job.operations
            if job.calls or any(step.local for step in job.steps):
                yield UnknownSigner(place)


_TEST_IMAGE = re.compile(r"(?:^|[-_/])(?:e2e|tests?|testing|test-runner)(?:$|[-_/])")


def is_test_image(build: Build) -> bool:
    """Whether all names of what is built say that it is for tests."""
    names = build.names or ()
    return bool(names) and all(_TEST_IMAGE.search(name.repository.rpartition("/")[2]) for name in names)


def _is_local(build: Build) -> bool:
    """Whether it stays here: by its registry, or by a bare name that nobody may push, where a push is not certain."""
    names = build.names or ()
    bare = build.push is not True and all(name.repository.startswith("docker.io/library/") for name in names)
    return bool(names) and (bare or all(name.is_local for name in names))


Check: TypeAlias = Callable[[LintContext], Iterable[LintFinding]]


@dataclass(slots=True)
class LintRule:
    """One rule. The file's name is its id, as with the rules on images.

    `explains` are the ids of rules on images (bot/rules) whose failure this finding explains.
    """

    module: str
    title: str
    severity: Severity
    rationale: str
    remediation: Remediation
    explains: frozenset[str] = frozenset()
    references: tuple[str, ...] = ()
    once: bool = False  # told once a run: it is about an image, which several files may push
    _check: Check | None = None

    @property
    def id(self) -> str:
        """E.g. workflow-provenance-not-explicit."""
        return self.module.rpartition(".")[2].replace("_", "-")

    def __call__(self, check: Check) -> Check:
        """Decorate the check."""
        self._check = check
        return check

    def findings(self, context: LintContext) -> Iterator[LintFinding]:
        """What the rule has to say about a file; nothing means that all is well."""
        if self._check is None:  # a file that forgot its decorator
            raise TypeError(f"{self.module} has no check")
        yield from self._check(context)

    def at(
        self,
        context: LintContext,
        place: Place,
        message: str,
        *,
        severity: Severity | None = None,
        fix: Fix | None = None,
    ) -> LintFinding:
        """Something to say about a place in the file."""
        line, column = context.file.source.position(place.start)
        return LintFinding(self.id, context.file.source.name, line, column, severity or self.severity, message, fix)
