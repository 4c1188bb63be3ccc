"""What CI configurations name: words, goals of make, tasks and paths, as far as the files tell."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, product
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Final

from msgspec import Struct, field

from bot.workflows.held import texts_of
from bot.workflows.model import CiFile, FileKind, Job
from bot.workflows.nodes import scalars
from bot.workflows.purposes import is_trial_job
from bot.workflows.readers.github_env import texts
from bot.workflows.script_words import WORD, ReadScript, configs_in, read_script
from bot.workflows.task_goals import TaskGoals
from bot.workflows.unresolved import UNRESOLVED, known, normal

_GOALS_APART = re.compile(r"(?:^[ \t]*-|entrypoint:|command:)[ \t\"'\[]*make[ \t\"'\],]*$", re.MULTILINE)
"""`make` alone: what it is given stands on other lines."""
ASSIGNED = re.compile(r"^[ \t]*([\w.-]+)[ \t]*[:?+]?=[ \t]*([^\n]*)", re.MULTILINE)
"""A name, and what a Makefile, or a script, says that it is."""
RUNNERS: Final = frozenset({FileKind.GITHUB, FileKind.COMPOSITE, FileKind.GITLAB})
"""Files that the CI system runs."""
_NAMES = re.compile(r"[A-Za-z_][\w-]*")
_PLAIN_VARIABLE = re.compile(r"\$([A-Za-z_]\w*)")
_PARTS_MAX = 4
"""Unresolved parts of one goal of make."""
_GOALS_MAX = 64
"""Goals that one with unresolved parts may be."""
NOTHING: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({})

Held = Mapping[str, tuple[str, ...]]
"""What expressions may stand for, by their names."""


class CiNames(Struct):
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
    for name, value in ASSIGNED.findall(whole):
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


def named_by(files: Iterable[CiFile], others: Iterable[str], read: dict[str, ReadScript], *, trials: bool) -> CiNames:
    """What CI configurations name."""
    named = CiNames(read)
    for other in others:
        named.take(other)
        named.around |= named.words
        named.goals |= named.words if _GOALS_APART.search(other) else set()
    for file in (one for one in files if one.kind in RUNNERS):
        named.around |= file.once(words_in)
        for job in file.jobs:
            for script, env in _scripts(file, job) if trials or not is_for_trial(file, job) else ():
                named.take(script, file.source.text, {**dict(job.held), **env})
        named.words.update(f"config:{one}" for one in _goreleaser_configs(file))
    return named


def words_in(file: CiFile) -> frozenset[str]:
    """Every word of its text."""
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
