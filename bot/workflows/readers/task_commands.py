"""One task of a Taskfile: its commands, the tasks that it calls, and its other names.

https://taskfile.dev/docs/reference/schema#task
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from bot.workflows.nodes import Mapping, Node, Scalar, Sequence

_TEMPLATE: Final = re.compile(r"\{\{(?:[^{}]|\{(?!\{)|\}(?!\}))*+\}\}")
ANY: Final = "*"
"""What stands in the name of a task that is called for a part that only the run knows."""


class TaskCall(NamedTuple):
    """A task that is called, and the names of the variables that it is given."""

    task: str
    given: frozenset[str] = frozenset()


def commands_of(task: Node) -> Iterator[Scalar]:
    """The texts that a shell runs, in order, deferred ones too."""
    for item in _items(task):
        command = item.get("cmd") or item.get("defer") if isinstance(item, Mapping) else item
        if isinstance(command, Scalar):
            yield command


def calls_of(task: Node) -> Iterator[TaskCall]:
    """The tasks that one needs, and those that it runs in between."""
    needed = task.sequence("deps") if isinstance(task, Mapping) else ()
    for item in (*needed, *_items(task)):
        deferred = item.mapping("defer") if isinstance(item, Mapping) else None
        called = deferred or item
        if isinstance(called, Mapping) and (name := called.text("task")):
            given = called.mapping("vars")
            yield TaskCall(_TEMPLATE.sub(ANY, name), frozenset(given.flat()) if given else frozenset())
    yield from (TaskCall(_TEMPLATE.sub(ANY, one.value)) for one in needed if isinstance(one, Scalar))


def other_names_of(task: Node) -> Iterator[str]:
    """Its aliases."""
    aliases = task.sequence("aliases") if isinstance(task, Mapping) else ()
    yield from (one.value for one in aliases if isinstance(one, Scalar))


def _items(task: Node) -> tuple[Node, ...]:
    """What it runs: a task may be one command, a list of them, or a table that has either."""
    if isinstance(task, Mapping):
        return tuple(one for name in ("cmd", "cmds") if (found := task.get(name)) for one in _items(found))
    return task.items if isinstance(task, Sequence) else (task,)
