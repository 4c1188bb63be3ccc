"""What a lint rule may look at: one file, those that it uses, and what the rest of the repository tells."""

import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

from msgspec import Struct, field

from bot.values import replace
from bot.workflows.baked import is_baked
from bot.workflows.builds import Asked, Build
from bot.workflows.callers import Call, inputs_of
from bot.workflows.conditions import decided
from bot.workflows.doubts import Doubt
from bot.workflows.edits import Fix
from bot.workflows.events import only_requests
from bot.workflows.failing import is_gone
from bot.workflows.file_facts import (
    builds_for_main,
    builds_leaving,
    is_trial_of,
    joined_by_docker,
    made_asking,
    may_be_joined,
    may_sign,
    used_by,
)
from bot.workflows.held import chosen, spread, texts_of
from bot.workflows.images import Name, read_name
from bot.workflows.logins import is_refused
from bot.workflows.model import TARGETS, CiFile, FileKind, Job, Step
from bot.workflows.nodes import Mapping, scalars
from bot.workflows.operations import ImageOperation, UnknownSigner
from bot.workflows.origin import named_repository
from bot.workflows.purposes import doubts_of, doubts_of_dockerfile, is_trial_branch, is_trial_command
from bot.workflows.pushes import StorePush, keeps_attestations, pushed_from_store
from bot.workflows.readers import bake
from bot.workflows.readers.github_env import Inputs, known_values
from bot.workflows.room import without_room
from bot.workflows.run_by_ci import RUN_BY_OTHERS
from bot.workflows.stores import refuses_attestations
from bot.workflows.surroundings import ALONE, Surroundings, attached_by, with_used
from bot.workflows.text import Place
from bot.workflows.unresolved import normal, only_unresolved
from bot.workflows.upgrade import ask_in_full

Follow: TypeAlias = Callable[[str], CiFile | None]
"""The file that `uses: ./…` means, or None when it cannot be read."""


class LintContext(Struct, frozen=True):
    """One file, and how to get at those that it uses."""

    file: CiFile
    follow: Follow = field(default=lambda _: None)
    around: Surroundings = ALONE

    def builds(self) -> Iterator[tuple[Job, Build]]:
        """Every build that may end in a registry that outlives the job, with its job.

        Those that the engine's store holds until `docker push` are among them, if it may keep attestations.
        """
        return iter(self.file.once(builds_leaving))

    def pushed_by_engine(self, job: Job, build: Build) -> bool:
        """Whether it is built into the engine's store, of which it is not known whether it keeps attestations."""
        return build.push is False and keeps_attestations(self.file, job, build) is not True

    def doubts_of_build(self, job: Job, build: Build) -> tuple[Doubt, ...]:
        """Why it is not certain that this build publishes an image that people use."""
        unsure = self.file.kind in _COMMANDS and build.push is None and build.load is not True and not job.only_said
        found = self.doubts(job, self._likely(job, build))
        found += tuple(one for one in doubts_of_dockerfile(build.made_from) if not {one, Doubt.TRIAL} & {*found})
        unsure |= build.tool == bake.TOOL and not is_baked(build, self.around.bake_words)
        unsure |= build.tool == bake.TOOL and self.around.bake_is_unsure and build.push is not True
        push = pushed_from_store(self.file, job, build) if build.load is True and build.push is False else None
        if unsure or self._pushed_by_nobody(job, push):
            found += (Doubt.NOT_PUSHED,)
        elif push and only_unresolved(push.name):
            found += (Doubt.NAME_UNKNOWN,)
        found += self._without_room(build)
        found += (Doubt.FAILS,) if is_gone(build.action) and Doubt.FAILS not in found else ()
        step = job.step_of(build)
        found += tuple(one for one in self._doubts_of_condition(step.node if step else None) if one not in found)
        return found + ((Doubt.OFF_MAIN,) if self._beside_main(job, build) else ())

    def _without_room(self, build: Build) -> tuple[Doubt, ...]:
        """Why the image may have no attestations; one that has some already is loaded all the same."""
        found, loaded = tuple(without_room(self.file, build)), self.around.bake_is_loaded
        if build.tool != bake.TOOL or Doubt.LOADED in found or Asked.FULL in {build.provenance.asked, build.sbom.asked}:
            return found
        is_loaded = loaded is None or not loaded.isdisjoint(build.reached)
        return (*found, Doubt.LOADED) if is_loaded else found

    def _pushed_by_nobody(self, job: Job, push: StorePush | None) -> bool:
        """Whether it is another target that pushes it, and no CI file runs that one."""
        run = self.around.run
        return push is not None and push.job is not job and run is not None and push.job.name not in run

    def doubts_of_used(self, job: Job, operation: ImageOperation, names: tuple[Name, ...]) -> tuple[Doubt, ...]:
        """The same of something that happens in a job, or in a file that the job uses."""
        where, owner = self._owner(job, operation)
        found = where.doubts_of_build(owner, operation) if isinstance(operation, Build) else where.doubts(owner, names)
        return found if where is self else (*found, *(one for one in self.doubts(job) if one not in found))

    def _owner(self, job: Job, operation: ImageOperation) -> "tuple[LintContext, Job]":
        for file in map(self.follow, job.once(used_by, None)):
            for other in file.jobs if file else ():
                if file and other.step_of(operation) is not None:
                    return replace(self, file=file), other
        return self, job

    def _likely(self, job: Job, build: Build) -> tuple[Name, ...]:
        """The name under which it is pushed from the local store, its names, or what is known of an action's tags."""
        if build.load is True and build.push is False and (push := pushed_from_store(self.file, job, build)):
            return (read_name(push.name),)
        if build.names is not None:
            return build.names
        texts = [text for tag in build.tags for text in texts_of(tag, dict(job.held))]
        return () if any(only_unresolved(text) for text in texts) else tuple(map(read_name, texts))

    def _beside_main(self, job: Job, build: Build) -> bool:
        """Whether it runs for other branches alone, and another step builds for the main one."""
        step = job.step_of(build)
        return step is not None and step.off_main and job.once(builds_for_main, None)

    def doubts_of_buildx(self, job: Job, build: Build) -> tuple[Doubt, ...]:
        """Why it is not certain that a new buildx makes this: nobody knows what other runners than GitHub's have.

        Depot builds with a program of its own.
        """
        return () if build.buildx is not None or build.tool.startswith("depot") else self._doubts_of_runner(job)

    def _doubts_of_runner(self, job: Job) -> tuple[Doubt, ...]:
        if job.name in self.around.elsewhere:
            return (Doubt.RUNNER,)
        if self.file.kind is not FileKind.GITHUB or job.node is None:
            return ()
        named = job.node.get("runs-on")
        labels = [one.value for one in scalars(named)] if named is not None else []
        held = dict(job.held)
        texts = [text for label in labels for one in chosen(normal(label)) for text in texts_of(one, held)]
        hosted = bool(texts) and all(_HOSTED.match(text) for text in texts) and job.node.get("container") is None
        return () if hosted else (Doubt.RUNNER,)

    def doubts_of_joined(self, job: Job, build: Build) -> tuple[Doubt, ...]:
        """Why it is not certain that this image has attestations by default: `docker manifest create` takes it."""
        names = tuple(spread(build.names or (), self.file, job))
        taken = not {name.tagged for name in names}.isdisjoint(self.file.once(joined_by_docker))
        return (Doubt.JOINED,) if taken or may_be_joined(self.file, names) else ()

    def doubts(self, job: Job, names: tuple[Name, ...] | None = ()) -> tuple[Doubt, ...]:
        """Why it is not certain that this job publishes an image of these names that people use."""
        found = list(doubts_of(spread(names or (), self.file, job)))
        if job.only_said:
            return (*found, Doubt.NOT_PUSHED)
        if job.idle or self.around.idle:
            found.append(Doubt.NOT_RUN)
        found += [Doubt.FAILS] if job.fails else []
        found += [Doubt.WHEN_UNKNOWN] if self.file.kind is FileKind.OTHER_CI else []
        found += self._doubts_of_condition(job.node)
        if self.file.kind is FileKind.GITHUB and is_refused(job, names or ()):
            found.append(Doubt.NO_LOGIN)
        if self.file.kind is FileKind.GITHUB and Doubt.TRIAL not in found:
            stem = self.file.source.name.rpartition("/")[2].rpartition(".")[0]
            aside = bool(self.file.branches) and all(map(is_trial_branch, self.file.branches))
            found += [Doubt.TRIAL] if aside or job.once(is_trial_of, (stem, self.file.title)) else []
        if self.file.kind in RUN_BY_OTHERS:
            found += [one for one in self._doubts_of_run(job) if one not in found]
        return tuple(found)

    def _doubts_of_run(self, job: Job) -> Iterator[Doubt]:
        """The same of a target or a script, by who runs it and by its name."""
        if self.around.run is not None and job.name not in self.around.run:
            yield Doubt.NOT_RUN
        if job.name in self.around.tried or is_trial_command(job.name.rpartition("/")[2]):
            yield Doubt.TRIAL

    def _doubts_of_condition(self, node: Mapping | None) -> Iterator[Doubt]:
        """Whether a job or a step runs only in another repository, or where a variable of the repository says so."""
        condition, here = node.text("if") if node is not None else "", self.around.repository
        named = named_repository(condition) if here else ""
        if named and named.lower() not in {here.lower(), here.partition("/")[0].lower()}:
            yield Doubt.ELSEWHERE
        if _ON_VARIABLE.search(condition) and "||" not in condition.partition("vars.")[0]:
            yield Doubt.BY_VARIABLE

    def doubts_of_sources(self, *sources: Name) -> tuple[Doubt, ...]:
        """Whether images that are copied or joined surely have attestations: by a build of this file that asks."""
        wanted = {name.tagged for name in sources}
        return (Doubt.SOURCES_UNKNOWN,) if wanted.isdisjoint(self.file.once(made_asking)) else ()

    def ask_in_full(self, job: Job, build: Build, what: str) -> Fix | None:
        """A fix that asks for `what`; none where the engine's own builder may refuse it, or the image has no room."""
        no_room = any(self._without_room(build)) or self.pushed_by_engine(job, build)
        no_room |= build.load is None and Doubt.RUNNER in self._doubts_of_runner(job)  # it may have the classic store
        return None if no_room or refuses_attestations(self.file, job, build) else ask_in_full(build, what)

    def attached(self) -> frozenset[str]:
        """What is attached to images after the push, by this file, its callers or what it calls."""
        return self.around.attached | attached_by(with_used(self.file, self.follow))

    def steps(self) -> Iterator[tuple[Job, Step]]:
        """Every step, with its job."""
        return ((job, step) for job in self.file.jobs for step in job.steps)

    def everything(self, job: Job) -> Iterator[tuple[Place, ImageOperation]]:
        """What happens in a job, and in the files that it uses (one level deep), each with a place in this file.

        What cannot be read may sign. What only pull requests run is left out, unless it signs.
        """
        if job.calls:
            requests = only_requests(job.events)
            called = self._followed(job.calls, job.place, job.node.mapping("with") if job.node else None)
            yield from ((job.place, operation) for operation in called if not requests or may_sign(operation))
        for step in job.steps:
            happens = [(operation.place, operation) for operation in step.operations]
            if step.local:
                used = self._followed(step.local, step.place, step.inputs)
                happens += [(step.place, operation) for operation in used]
            if happens and step.for_requests:
                happens = [one for one in happens if may_sign(one[1])]
            yield from happens

    def dockerfile(self, build: Build) -> str | None:
        """The text of the Dockerfile that a build is made from; None where that is not known."""
        file = self.follow(f"./{build.dockerfile}") if build.dockerfile else None
        return file.source.text if file is not None and file.kind is FileKind.DOCKERFILE else None

    def _followed(self, path: str, place: Place, inputs: Mapping | None) -> Iterator[ImageOperation]:
        """What a file does when it is called with these inputs: its other callers may let it do more."""
        called = self.follow(path) if path.startswith("./") else None
        if called is None:
            yield UnknownSigner(place)
            return
        known = known_values(inputs_of(called, Call(self.file, path, inputs)))
        for job in (one for one in called.jobs if _may_run(one.node, known)):
            for step in (one for one in job.steps if _may_run(one.node, known)):
                yield from (one for one in step.operations if not step.for_requests or may_sign(one))
            if job.calls or any(step.local for step in job.steps):
                yield UnknownSigner(place)


def _may_run(node: Mapping | None, known: Inputs) -> bool:
    return node is None or decided(node.text("if"), known) is not False


_ON_VARIABLE = re.compile(r"\bvars\.\w+\s*==")
_HOSTED = re.compile(r"(?:ubuntu|windows|macos)-")
"""Labels of GitHub's own runners, larger ones among them."""
_COMMANDS = TARGETS | {FileKind.SHELL}
