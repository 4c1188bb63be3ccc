"""Taskfiles: the commands of every task, each in a shell of its own, variables filled in as far as they are known.

https://taskfile.dev/docs/reference/schema
"""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from bot.workflows.called import NOT_CALLED, Called
from bot.workflows.model import CiFile, FileKind, Job, Step
from bot.workflows.nodes import Mapping, Node, Scalar
from bot.workflows.places import is_tasks
from bot.workflows.readers.filled import Filling, spelled
from bot.workflows.readers.scripts import SETTINGS, run_through
from bot.workflows.readers.task_commands import calls_of, commands_of, other_names_of
from bot.workflows.readers.templates import filled, parts
from bot.workflows.shell.script import of_scalar
from bot.workflows.text import SourceText

_VERSION: Final = re.compile(r"v?[23](?:\.\d+)*")


def is_taskfile(document: Mapping, name: str) -> bool:
    """Whether a YAML document is one, by what is in it and the name of its file."""
    is_one = is_tasks(name) or _VERSION.fullmatch(document.text("version")) is not None
    return is_one and document.mapping("tasks") is not None


def read(source: SourceText, documents: tuple[Mapping, ...], called: Called = NOT_CALLED) -> CiFile:
    """The tasks of a Taskfile; what they do not do, their caller may. Variables that a call gives are not known.

    Raises MalformedError when they are over the limit.
    """
    filling = Filling(source.name)
    jobs = tuple(job for document in documents for job in _jobs(source, document, filling, called))
    spaces = tuple(space for document in documents for space in _included(document))
    paths = dict.fromkeys(f"./{path.removeprefix('./')}" for _, path in spaces if path.endswith((".yml", ".yaml")))
    return CiFile(source, FileKind.TASKFILE, jobs, whole=False, included=tuple(paths), spaces=spaces)


def _jobs(source: SourceText, document: Mapping, filling: Filling, called: Called) -> Iterator[Job]:
    """Every task. A variable that one task gives to another is known in neither."""
    tasks = [*found.entries()] if (found := document.mapping("tasks")) else []
    given = frozenset(name for _, task in tasks for call in calls_of(task) for name in call.given) | called.given.keys()
    known = _variables(document, {name: spelled(name) for name in given}, given)
    env = _settings(document, known)
    for name, task in tasks:
        own = _variables(task, known) if isinstance(task, Mapping) else known
        yield _job(source, name, task, own, env | _settings(task, own), filling)
        for other in other_names_of(task):
            yield Job(other, name.place, needs=(name.value,))


def _job(  # noqa: PLR0913, PLR0917 - a task, and what its commands are read with
    source: SourceText, name: Scalar, task: Node, known: dict[str, str], env: dict[str, str], filling: Filling
) -> Job:
    folder = task.text("dir") if isinstance(task, Mapping) else ""
    written = [of_scalar(source, command) for command in commands_of(task)]
    scripts = [filling.fill(script, parts(script.text, known)) for script in written]
    done = [run_through(source, [script], env, folder=folder) for script in scripts]
    step = Step(name.place, operations=tuple(one for part in done for one in part.operations))
    needs = tuple(dict.fromkeys(call.task for call in calls_of(task)))
    return Job(name.value, name.place, (step,), needs=needs, script="\n".join(one.text for one in written))


def _variables(node: Mapping, known: dict[str, str], given: AbstractSet[str] = frozenset()) -> dict[str, str]:
    """What a table's `vars` hold, each filled in with those above it.

    What a command says is not known, nor what may be `given` another value; a default does not stand for it.
    """
    held = dict(known)
    for name, value in table.entries() if (table := node.mapping("vars")) else ():
        if isinstance(value, Scalar) and name.value not in given:
            held[name.value] = filled(value.value, held)
        else:
            held[name.value] = spelled(name.value)
    return held


def _settings(node: Node, known: dict[str, str]) -> dict[str, str]:
    """Settings of tools; other variables are those of whoever runs it, if there are any of that name."""
    table = node.mapping("env") if isinstance(node, Mapping) else None
    texts = ((name, table.scalar(name)) for name in SETTINGS) if table else ()
    return {name: filled(text.value, known) for name, text in texts if text}


def _included(document: Mapping) -> Sequence[tuple[str, str]]:
    """The names under which it takes in other Taskfiles of the repository, with their paths; "" adds no name."""
    table = document.mapping("includes")
    found: list[tuple[str, str]] = []
    for name, value in table.entries() if table else ():
        path = (
            value.text("taskfile") if isinstance(value, Mapping) else value.value if isinstance(value, Scalar) else ""
        )
        if path and "://" not in path and "{{" not in path:
            flat = isinstance(value, Mapping) and value.text("flatten") == "true"
            aliases = value.sequence("aliases") if isinstance(value, Mapping) else ()
            names = [name.value, *(one.value for one in aliases if isinstance(one, Scalar))]
            found += [("" if flat else one, path) for one in names]
    return found
