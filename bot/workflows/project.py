"""The files of one run: what each one is, what it uses, and what they tell about each other."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from bot.errors import MalformedError, UsageError
from bot.values import replace
from bot.workflows.attached_later import attached_by_runners
from bot.workflows.baked import given_tags, is_named_bake, words_of_bakers
from bot.workflows.called import NOT_CALLED, Called
from bot.workflows.callers import Call, called_with, calls_of
from bot.workflows.find import lint_file
from bot.workflows.folders import files_of, is_script, other_ci_files_of, perhaps_files_of, read_text
from bot.workflows.given import read_as_given
from bot.workflows.linted_file import LintedFile
from bot.workflows.model import CiFile, FileKind
from bot.workflows.origin import origin_of
from bot.workflows.places import is_aside, is_idle_workflow
from bot.workflows.project_paths import ProjectPaths
from bot.workflows.readers import read_again, read_file
from bot.workflows.readers.goreleaser import may_sign_images
from bot.workflows.readers.unknown_kind import is_passed_over
from bot.workflows.rules import LintFinding, catalogue
from bot.workflows.run_by_ci import run_by_ci
from bot.workflows.run_scripts import scripts_run_by
from bot.workflows.script_words import ReadScript
from bot.workflows.surroundings import (
    ALONE,
    Surroundings,
    asks_in_bake,
    attached_by,
    bakes_by_action,
    bakes_by_depot,
    bakes_unsurely,
    loaded_by,
    pushes_bake,
    signs,
    tasks_told,
    tells_bake,
)
from bot.workflows.text import SourceText

FILES_MAX = 2_000
"""Files of one run."""
CALLS_MAX = 4
"""Levels of workflows that call each other; GitHub allows ten, nobody uses more than two or three."""


@dataclass(slots=True)
class Project:
    """The files of one run. `here` is the folder that names are relative to.

    `everything`: fixtures, examples, tests and compose files for development are looked at, too.
    """

    here: Path
    everything: bool = False
    files: dict[Path, CiFile | MalformedError] = field(default_factory=dict)  # what was read, or why not
    called: dict[Path, Called] = field(default_factory=dict)  # how files of this run are called by others
    where: ProjectPaths = field(init=False)

    def __post_init__(self) -> None:
        self.where = ProjectPaths(self.here)

    def lint(self, paths: list[Path]) -> Iterator[LintedFile]:
        """Every file that these paths mean, and those that they use (one level deep), each once.

        A file that only its folder was named for, and that is of no kind that we read, is passed over.
        Raises UsageError when a path is not there, when there are too many files, or none at all.
        """
        self.where = ProjectPaths(self.here, {*paths})
        todo = self._todo(paths)
        around = self._surroundings(todo)
        once, told = {rule.id for rule in catalogue() if rule.once}, set[tuple[str, str]]()
        for path in todo:
            file = self._linted(path, around.get(path, ALONE))
            findings = tuple(one for one in file.findings if one.rule not in once or _is_new(one, told))
            yield replace(file, findings=findings)

    def _todo(self, paths: list[Path]) -> list[Path]:
        found = (path for given in paths for path in files_of(given, everything=self.everything))
        named = self.where.distinct(found)
        if len(named) > FILES_MAX:
            raise UsageError(f"{len(named)} files, more than the limit of {FILES_MAX}; name fewer")
        named = [
            path for path in named if path in paths or not is_passed_over(self.read(path), self.where.inside(path))
        ]
        named += self._recognised(paths, {*named})
        if not named:
            raise UsageError(f"{', '.join(map(str, paths))}: no CI file that lint reads")
        used = [used for path in named for used in (*self._used(path), *self._scripts_run(path))]
        return self.where.distinct(iter([*named, *used]))

    def _scripts_run(self, path: Path) -> list[Path]:
        """The shell scripts that a file runs by their path, and that no name tells; none where a person named files."""
        file = self.read(path) if path not in self.where.named else None
        paths = scripts_run_by(file) if isinstance(file, CiFile) else ()
        found = [one for run in paths if (one := self.where.follow(path, run))]
        return [one for one in found if (self.everything or not is_aside(self.where.inside(one))) and is_script(one)]

    def _recognised(self, paths: list[Path], named: set[Path]) -> list[Path]:
        """Files whose content alone tells what they are: one that does not parse is left out without an error."""
        found = (path for given in paths for path in perhaps_files_of(given, everything=self.everything))
        perhaps = [path for path in found if path not in named]
        return [path for path in perhaps[:FILES_MAX] if isinstance(self.read(path), CiFile)]

    def _surroundings(self, paths: list[Path]) -> dict[Path, Surroundings]:
        """What all these files tell about each of them."""
        calls = self._calls(paths)
        read = self._readable(paths)
        inside = {path: self.where.inside(path) for path in read}
        named = {inside[path]: file for path, file in read.items()}
        others = tuple(self._other_texts(paths))
        scripts = dict[str, ReadScript]()
        ran = run_by_ci(named, others, read=scripts)
        here = run_by_ci(named, (), read=scripts) if others else ran
        meant = run_by_ci(named, others, trials=False, read=scripts)
        run = {path: None if path in self.where.named else ran.get(inside[path]) for path in read}
        for path, file, self.called[path] in read_as_given([*read.items()], scripts.values()):
            self.files[path] = read[path] = named[inside[path]] = file
        told = any(map(tells_bake, read.values()))
        bakers = {inside[path]: file for path, file in read.items() if pushes_bake(file, run[path])}
        for path, file in read.items() if bakers else ():
            if file.kind is FileKind.BAKE:
                self.files[path] = read[path] = named[inside[path]] = given_tags(file, bakers.values())
        words = words_of_bakers(read.values(), bakers.values()) if bakers else None
        ran_here = [(file, run[path]) for path, file in read.items()]
        unsure, by_action, by_depot = bakes_unsurely(ran_here), bakes_by_action(ran_here), bakes_by_depot(ran_here)
        loaded = loaded_by(ran_here)
        asked = any(map(asks_in_bake, read.values())) or all(one.kind is not FileKind.BAKE for one in read.values())
        origins = {root: origin_of(root) for root in {self.where.root(path) for path in read}}
        tasks = tasks_told(read.values())
        later = attached_by_runners(named, bakers, scripts)
        released = may_sign_images(read.values())
        signing = {path for path, file in read.items() if signs(file, released=released)}
        paths_of = {id(file): path for path, file in self.files.items()}
        return {
            path: Surroundings(
                bake_is_told=told,
                bake_is_pushed=bool(bakers) and (file.kind is not FileKind.BAKE or is_named_bake(inside[path], bakers)),
                bake_is_unsure=unsure,
                bake_by_action=by_action,
                bake_by_depot=by_depot,
                bake_is_loaded=loaded,
                bake_asks=asked,
                bake_words=words,
                attached=later.get(inside[path], frozenset())
                | attached_by(self._with_used([call.file for call in calls.get(self.where.real(path), [])], paths_of)),
                signs=bool(signing - {path}),
                released=released,
                configured=any(one.kind is FileKind.GORELEASER for one in read.values()),
                run=run[path],
                idle=path not in self.where.named
                and (is_idle_workflow(inside[path]) or self._waits(path, calls, named)),
                elsewhere=(run[path] or frozenset()) - here.get(inside[path], frozenset()),
                repository=origins[self.where.root(path)],
                tried=(run[path] or frozenset()) - meant.get(inside[path], frozenset()),
                called=self.called.get(path, NOT_CALLED),
                tasks=tasks,
            )
            for path, file in read.items()
        }

    def _waits(self, path: Path, calls: dict[Path, list[Call]], named: dict[str, CiFile]) -> bool:
        """Whether it is a workflow or an action that only others call, and no file here does."""
        file = self.read(path)
        if not isinstance(file, CiFile) or not (file.kind is FileKind.COMPOSITE or file.only_called):
            return False
        wanted = f"/{re.sub(r'/action[.]ya?ml$', '', self.where.inside(path))}@"
        return self.where.real(path) not in calls and not any(wanted in one.source.text for one in named.values())

    def _readable(self, paths: list[Path]) -> dict[Path, CiFile]:
        return {path: file for path in paths if isinstance(file := self.read(path), CiFile)}

    def _calls(self, paths: list[Path]) -> dict[Path, list[Call]]:
        """Who calls each file. What is called is read anew, as its callers decide which of its steps ever run."""
        calls: dict[Path, list[Call]] = {}
        for _ in range(CALLS_MAX):
            calls = self._calls_once(paths)
            fresh = False
            for path, file in self._readable(paths).items():
                called = called_with(
                    file,
                    calls.get(self.where.real(path), []),
                    is_shared=self.where.real(path).parent == self.where.root(path),
                )
                if called != self.called.get(path, NOT_CALLED):
                    self.called[path], fresh = called, True
                    self.files[path] = read_again(file, called)
            if not fresh:
                break
        return calls

    def _calls_once(self, paths: list[Path]) -> dict[Path, list[Call]]:
        calls: dict[Path, list[Call]] = {}
        for path, file in self._readable(paths).items():
            for call in calls_of(file):
                if used := self.where.follow(path, call.uses):
                    calls.setdefault(self.where.real(used), []).append(call)
        return calls

    def _other_texts(self, paths: list[Path]) -> Iterator[str]:
        """CI configurations of other systems, beside the files that were found in folders."""
        for root in dict.fromkeys(self.where.root(path) for path in paths if path not in self.where.named):
            for path in islice(other_ci_files_of(root), FILES_MAX):
                with suppress(MalformedError, OSError):
                    yield read_text(path)

    def read(self, path: Path) -> CiFile | MalformedError:
        """One file, read once; the error when it could not be."""
        if path not in self.files:
            try:
                self.files[path] = read_file(SourceText(self.where.name(path), read_text(path)))
            except MalformedError as error:
                self.files[path] = error
            except OSError as error:
                self.files[path] = MalformedError(f"{self.where.name(path)}: {error.strerror}")
        return self.files[path]

    def _used(self, path: Path) -> list[Path]:
        file = self.read(path)
        if not isinstance(file, CiFile):
            return []
        used = [one for uses in file.uses if (one := self.where.follow(path, uses))]
        included = [one for path_of in file.included if (one := self.where.follow(path, path_of))]
        # Others hold no job with a script.
        return used + [one for one in included if isinstance(self.read(one), CiFile)]

    def _with_used(self, files: Iterable[CiFile], paths: dict[int, Path]) -> Iterator[CiFile]:
        """Files, and those that they use; `paths` by their identity."""
        for file in files:
            yield file
            used = self._used(paths[id(file)]) if id(file) in paths else []
            yield from (one for path in used if isinstance(one := self.read(path), CiFile))

    def _linted(self, path: Path, around: Surroundings) -> LintedFile:
        file = self.read(path)
        if isinstance(file, MalformedError):
            return LintedFile(path, self.where.name(path), trouble=str(file))

        def follow(uses: str) -> CiFile | None:
            used = self.where.follow(path, uses)
            read = self.read(used) if used else None
            return read if isinstance(read, CiFile) else None

        name, text = file.source.name, file.source.text
        findings = lint_file(file, follow, around)
        return LintedFile(path, name, text, tuple(findings), follow=follow, around=around)


def _is_new(finding: LintFinding, told: set[tuple[str, str]]) -> bool:
    """Whether it was not told: rules that speak about an image say that once a run, not in every file."""
    key = (finding.rule, finding.message)
    is_new = key not in told
    told.add(key)
    return is_new
