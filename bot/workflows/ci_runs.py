"""Which make targets and scripts the CI system runs, as far as its files name them.

An image that only a person pushes by hand may be a trial; one that CI pushes is what people use.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, product
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Final

from bot.workflows.held import texts_of
from bot.workflows.model import TARGETS, CiFile, FileKind, Job
from bot.workflows.nodes import scalars
from bot.workflows.purposes import is_trial_job
from bot.workflows.readers.github_env import texts
from bot.workflows.script_words import WORD, ReadScript, configs_in, read_script
from bot.workflows.task_goals import TaskGoals
from bot.workflows.task_spaces import BETWEEN
from bot.workflows.unresolved import UNRESOLVED, known, normal

_GOALS_APART = re.compile(r"(?:^[ \t]*-|entrypoint:|command:)[ \t\"'\[]*make[ \t\"'\],]*$", re.MULTILINE)
"""`make` alone: what it is given stands on other lines."""
_INCLUDE = re.compile(r"^-?s?include[ \t]+([^\n#]+)", re.MULTILINE)
_ASSIGNED = re.compile(r"^[ \t]*([\w.-]+)[ \t]*[:?+]?=[ \t]*([^\n]*)", re.MULTILINE)
RUNNERS: Final = frozenset({FileKind.GITHUB, FileKind.COMPOSITE, FileKind.GITLAB})
"""Files that the CI system runs."""
RUN_BY_OTHERS: Final = frozenset({*TARGETS, FileKind.SHELL, FileKind.GORELEASER})
"""Files that do nothing until something runs them."""
_BY_ITSELF = re.compile(r"\.?goreleaser\.ya?ml")
_NAMES = re.compile(r"[A-Za-z_][\w-]*")
_PLAIN_VARIABLE = re.compile(r"\$([A-Za-z_]\w*)")
_PARTS_MAX = 4
"""Unresolved parts of one goal of make."""
_GOALS_MAX = 64
"""Goals that one with unresolved parts may be."""
NOTHING: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({})
_PREFIXES_MAX = 8
"""Words before a variable in what one target needs, such as `push-` in $(addprefix push-,$(ARCHES))."""
_ROUNDS_MAX = 12
"""Targets that run others, scripts that run targets; nobody nests deeper."""

Held = Mapping[str, tuple[str, ...]]
"""What expressions may stand for, by their names."""
Run = Mapping[str, frozenset[str]]
"""For each Makefile and script, by its path in the repository, the names of its jobs that CI runs."""


@dataclass(slots=True)
class _Named:
    """What texts of commands name: every word, those that make is given, and whether it is also called without any.

    `read` are scripts that were read before.
    """

    read: dict[str, ReadScript]
    assigned: dict[str, Mapping[str, set[str]]] = field(default_factory=dict)  # by the text of the file
    words: set[str] = field(default_factory=set)
    around: set[str] = field(default_factory=set)  # words of the files in which these texts stand
    goals: set[str] = field(default_factory=set)
    plain: bool = False
    packaged: set[str] = field(default_factory=set)  # what npm and the like may be told to run
    tasks: TaskGoals = field(default_factory=TaskGoals)  # what task and just are told to run
    paths: set[str] = field(default_factory=set)  # the last part, and the last two, of words that may be paths
    needed: set[tuple[str, str, str]] = field(default_factory=set)  # file, prefix and variable whose words are goals

    def take(self, script: str, whole: str = "", held: Held = NOTHING) -> None:
        """One script; `whole` is the file around it, and `held` what expressions in it may stand for.

        Where make is given a part of which neither tells what it is, no target is known to be run.
        """
        if script not in self.read:
            self.read[script] = read_script(script)
        found = self.read[script]
        self.words.update(found.words)
        self.paths.update(found.paths)
        self.packaged.update(found.packaged)
        for kind, name in found.tasks:
            known = "$" not in name
            self.tasks.add(kind, (name,) if known else _filled(name, self._assigned_in(whole), held))
        for goals in found.goals:
            self.goals.update(goals)
            self.plain |= not goals
            for goal in goals:
                self.goals.update(_filled(goal, self._assigned_in(whole), held) if "$" in goal else ())

    def _assigned_in(self, whole: str) -> Mapping[str, set[str]]:
        if whole not in self.assigned:
            self.assigned[whole] = _words_assigned(whole)
        return self.assigned[whole]


def _words_assigned(whole: str) -> Mapping[str, set[str]]:
    """The words of all that a file assigns to each name, where the values are known."""
    words: dict[str, set[str]] = {}
    for name, value in _ASSIGNED.findall(whole):
        if known(value):
            words.setdefault(name, set()).update(WORD.findall(value))
    return words


def _filled(goal: str, assigned: Mapping[str, set[str]], held: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """All that a goal with unresolved parts may be, where the file around it, or the job, says what they are."""
    goal = _PLAIN_VARIABLE.sub(r"${\1}", goal)
    found = list(UNRESOLVED.finditer(goal))[:_PARTS_MAX]
    choices = [sorted(_values(part[0], assigned, held)) for part in found]
    if all(choices):
        for values in islice(product(*choices), _GOALS_MAX):
            text, at = "", 0
            for part, value in zip(found, values, strict=True):
                text, at = text + goal[at : part.start()] + value, part.end()
            yield text + goal[at:]


def _values(part: str, assigned: Mapping[str, set[str]], held: Mapping[str, tuple[str, ...]]) -> set[str]:
    names = _NAMES.findall(part)
    env = held.get(f"env.{names[-1]}", ()) if names else ()
    held_texts = [text for text in (*texts_of(normal(part), held), *env) if text != part and known(text)]
    if held_texts:
        return {word for text in held_texts for word in WORD.findall(text)}
    return assigned.get(names[-1], set()) if names else set()


def run_by_ci(
    files: Mapping[str, CiFile],
    others: Iterable[str],
    *,
    trials: bool = True,
    read: dict[str, ReadScript] | None = None,
) -> Run:
    """What CI runs of these files, that are given by their paths in the repository.

    `others` are texts of CI configurations that we do not read: all that they name. Without `trials`, workflows and
    jobs that are for tests by their names are left out. `read` keeps what scripts name for the next call.
    """
    run: dict[str, set[str]] = {path: set() for path, file in files.items() if file.kind in RUN_BY_OTHERS}
    if not run:
        return {}
    named = _named_by(files.values(), others, {} if read is None else read, trials=trials)
    named.tasks.take_in(files)
    included = _included(files.values())
    active: set[str] = {""}
    for _ in range(_ROUNDS_MAX):
        fresh = [
            (path, job)
            for path in run
            for at, job in enumerate(files[path].jobs)
            if job.name not in run[path] and _is_run(path, job, at, files[path], included, active, named)
        ]
        if not fresh:
            break
        for path, job in fresh:
            if not run[path]:
                named.around |= files[path].once(_words_in)
            run[path].add(job.name)
            active.add(_folder(path))
            named.take(job.script, files[path].source.text)
            _need(path, job, files[path], named)
    return {path: frozenset(names) for path, names in run.items()}


def _named_by(files: Iterable[CiFile], others: Iterable[str], read: dict[str, ReadScript], *, trials: bool) -> _Named:
    """What CI configurations name."""
    named = _Named(read)
    for other in others:
        named.take(other)
        named.around |= named.words
        named.goals |= named.words if _GOALS_APART.search(other) else set()
    for file in (one for one in files if one.kind in RUNNERS):
        named.around |= file.once(_words_in)
        for job in file.jobs:
            for script, env in _scripts(file, job) if trials or not is_for_trial(file, job) else ():
                named.take(script, file.source.text, {**dict(job.held), **env})
        named.words.update(f"config:{one}" for one in _goreleaser_configs(file))
    return named


def _words_in(file: CiFile) -> frozenset[str]:
    return frozenset(WORD.findall(file.source.text))


def is_for_trial(file: CiFile, job: Job) -> bool:
    """Whether a workflow or a job is for tests by its name."""
    stem = PurePosixPath(file.source.name).stem
    return file.kind is FileKind.GITHUB and any(map(is_trial_job, (stem, job.name, file.title, job.title)))


def _goreleaser_configs(file: CiFile) -> Iterator[str]:
    """The configurations that goreleaser-action releases with; "" is the one that it finds by itself."""
    for step in (step for job in file.jobs for step in job.steps if not step.for_requests):
        if step.uses and step.uses.name == "goreleaser/goreleaser-action" and step.inputs:
            yield from configs_in(f"goreleaser {step.inputs.text('args')}")


def _scripts(file: CiFile, job: Job) -> Iterator[tuple[str, Held]]:
    """The texts of all steps that are not for pull requests alone, and what the steps' own environment holds."""
    nodes = [step.node for step in job.steps if step.node and not step.for_requests]
    if file.kind is FileKind.GITLAB and job.node:
        nodes.append(job.node)
    for node in nodes:
        env = {f"env.{name}": (text,) for name, text in texts(node.mapping("env")).items()}
        yield from ((text.value, env) for text in scalars(node))


def _folder(path: str) -> str:
    """The folder that a file is in, as seen from the repository; "" is its root."""
    return path.rpartition("/")[0]


def _included(files: Iterable[CiFile]) -> set[str]:
    """The names of Makefiles that others include; a pattern is all that stands in that folder."""
    texts = (file.source.text for file in files if file.kind is FileKind.MAKE)
    lines = (line for text in texts for line in _INCLUDE.findall(text))
    return {word.rpartition("/")[2] for line in lines for word in line.split()}


def _is_run(  # noqa: PLR0913, PLR0917 - a job, where it is, and all that is known of what CI runs
    path: str, job: Job, at: int, file: CiFile, included: set[str], active: set[str], named: _Named
) -> bool:
    is_there = _is_there(path, file, included, active, named)
    if file.kind in BETWEEN:
        return named.tasks.has(path, job, at, is_there=is_there)
    return is_there and _is_named(path, file, job, at, named)


def _is_there(path: str, file: CiFile, included: set[str], active: set[str], named: _Named) -> bool:
    """Whether a file lies where CI runs something: its folder is the root, is named, or has another such file.

    Many folders are called docker: where a folder is in another one, that one must be named, too.
    """
    folder, _, base = path.rpartition("/")
    if file.kind is FileKind.MAKE and (base in included or "*.mk" in included):
        return True
    return folder in active or named.around.issuperset(folder.split("/")[-2:])


def _is_named(path: str, file: CiFile, job: Job, at: int, named: _Named) -> bool:
    base = PurePosixPath(path).name
    if file.kind is FileKind.SHELL:
        # Without an ending, its name may be any word: it counts with its folder, or with the dot of who is in there.
        spelled = {base} if "." in base else {f"./{base}", f"{_folder(path).rpartition('/')[2] or '.'}/{base}"}
        return not spelled.isdisjoint(named.paths)
    if file.kind is FileKind.GORELEASER:
        default = "/" not in path and _BY_ITSELF.fullmatch(base) is not None
        return f"config:{base}" in named.words or (default and "config:" in named.words)
    if file.kind is FileKind.PACKAGE:
        return not named.packaged.isdisjoint({job.name, *_about(job.name)})
    names = job.name.split()
    first = next((index for index, one in enumerate(file.jobs) if not one.name.startswith(".")), 0)
    return (named.plain and at == first) or any(_is_goal(name, named.goals) for name in names)


def _about(name: str) -> Iterator[str]:
    """The scripts of a package.json before or after which npm runs one of this name."""
    yield from (name.removeprefix(when) for when in ("pre", "post") if name.startswith(when))


def _is_goal(name: str, goals: set[str]) -> bool:
    if "%" not in name:
        return name in goals
    before, _, after = name.partition("%")
    return any(goal.startswith(before) and goal.endswith(after) and goal != before + after for goal in goals)


def _need(path: str, job: Job, file: CiFile, named: _Named) -> None:
    """What a target needs is made, too; where variables say it, every word that they hold, with a prefix before it.

    Each variable is looked at once for each prefix: a thousand targets may need the same thousand others.
    """
    if file.kind in BETWEEN:
        named.tasks.need(path, job)
        return
    named.goals.update(word for word in job.needs if "$" not in word and "(" not in word)
    unsure = [part for word in job.needs if "$" in word or "(" in word for part in WORD.findall(word)]
    held = file.once(_last_assigned)
    prefixes = ["", *dict.fromkeys(part for part in unsure if part.endswith("-"))][:_PREFIXES_MAX]
    for name in dict.fromkeys(part for part in unsure if part in held):
        for prefix in prefixes:
            if (key := (file.source.name, prefix, name)) not in named.needed:
                named.needed.add(key)
                named.goals.update(prefix + word for word in WORD.findall(held[name]))


def _last_assigned(file: CiFile) -> Mapping[str, str]:
    return dict(_ASSIGNED.findall(file.source.text))
