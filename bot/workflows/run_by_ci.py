"""Which make targets and scripts the CI system runs, as far as its files name them.

An image that only a person pushes by hand may be a trial; one that CI pushes is what people use.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

from bot.workflows.ci_names import ASSIGNED, CiNames, named_by, words_in
from bot.workflows.model import TARGETS, CiFile, FileKind, Job
from bot.workflows.script_words import WORD, ReadScript
from bot.workflows.task_spaces import BETWEEN

_INCLUDE = re.compile(r"^-?s?include[ \t]+([^\n#]+)", re.MULTILINE)
RUN_BY_OTHERS: Final = frozenset({*TARGETS, FileKind.SHELL, FileKind.GORELEASER})
"""Files that do nothing until something runs them."""
_BY_ITSELF = re.compile(r"\.?goreleaser\.ya?ml")
_PREFIXES_MAX = 8
"""Words before a variable in what one target needs, such as `push-` in $(addprefix push-,$(ARCHES))."""
_ROUNDS_MAX = 12
"""Targets that run others, scripts that run targets; nobody nests deeper."""

Run = Mapping[str, frozenset[str]]
"""For each Makefile and script, by its path in the repository, the names of its jobs that CI runs."""


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
    named = named_by(files.values(), others, {} if read is None else read, trials=trials)
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
                named.around |= files[path].once(words_in)
            run[path].add(job.name)
            active.add(_folder(path))
            named.take(job.script, files[path].source.text)
            _need(path, job, files[path], named)
    return {path: frozenset(names) for path, names in run.items()}


def _folder(path: str) -> str:
    """The folder that a file is in, as seen from the repository; "" is its root."""
    return path.rpartition("/")[0]


def _included(files: Iterable[CiFile]) -> set[str]:
    """The names of Makefiles that others include; a pattern is all that stands in that folder."""
    texts = (file.source.text for file in files if file.kind is FileKind.MAKE)
    lines = (line for text in texts for line in _INCLUDE.findall(text))
    return {word.rpartition("/")[2] for line in lines for word in line.split()}


def _is_run(  # noqa: PLR0913, PLR0917 - a job, where it is, and all that is known of what CI runs
    path: str, job: Job, at: int, file: CiFile, included: set[str], active: set[str], named: CiNames
) -> bool:
    is_there = _is_there(path, file, included, active, named)
    if file.kind in BETWEEN:
        return named.tasks.has(path, job, at, is_there=is_there)
    return is_there and _is_named(path, file, job, at, named)


def _is_there(path: str, file: CiFile, included: set[str], active: set[str], named: CiNames) -> bool:
    """Whether a file lies where CI runs something: its folder is the root, is named, or has another such file.

    Many folders are called docker: where a folder is in another one, that one must be named, too.
    """
    folder, _, base = path.rpartition("/")
    if file.kind is FileKind.MAKE and (base in included or "*.mk" in included):
        return True
    return folder in active or named.around.issuperset(folder.split("/")[-2:])


def _is_named(path: str, file: CiFile, job: Job, at: int, named: CiNames) -> bool:
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


def _need(path: str, job: Job, file: CiFile, named: CiNames) -> None:
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
    return dict(ASSIGNED.findall(file.source.text))
