"""GitLab CI pipelines: every job's scripts.

https://docs.gitlab.com/ci/yaml/
"""

from collections.abc import Iterator

from bot.workflows.model import CiFile, Job, Kind, Step
from bot.workflows.nodes import Mapping, Node, Scalar, Sequence
from bot.workflows.readers.scripts import run_through
from bot.workflows.shell.script import Script, of_scalar
from bot.workflows.text import SourceText

_SCRIPTS = ("before_script", "script", "after_script")
_ELSEWHERE = ("include", "trigger")


def is_pipeline(node: Mapping) -> bool:
    """Whether some job of it has a script."""
    return any(isinstance(value, Mapping) and any(value.get(key) for key in _SCRIPTS) for _, value in node.entries())


def read(source: SourceText, documents: tuple[Mapping, ...]) -> CiFile:
    """A pipeline; its first document may hold the inputs of a component (spec)."""
    jobs = tuple(job for document in documents for job in _jobs(source, document))
    nodes = [value for document in documents for _, value in document.entries() if isinstance(value, Mapping)]
    whole = not any(node.get(key) for node in (*documents, *nodes) for key in _ELSEWHERE)
    return CiFile(source, Kind.GITLAB, jobs, whole=whole)


def _jobs(source: SourceText, document: Mapping) -> Iterator[Job]:
    env, default = _variables(document), document.mapping("default")
    for key, node in document.entries():
        if not isinstance(node, Mapping) or key.value == "default" or not any(node.get(part) for part in _SCRIPTS):
            continue
        before = node.get("before_script") or document.get("before_script")
        before = before or (default.get("before_script") if default else None)
        found = [
            script
            for part in (before, node.get("script"), node.get("after_script"))
            for script in _scripts(source, part)
        ]
        done = run_through(source, found, env | _variables(node))
        step = Step(key.place, happenings=tuple(done.happenings))
        yield Job(key.value, key.place, (step,), node=node)


def _variables(node: Mapping) -> dict[str, str]:
    table = node.mapping("variables")
    found = {}
    for key, value in table.entries() if table else ():
        text = value.get("value") if isinstance(value, Mapping) else value
        if isinstance(text, Scalar):
            found[key.value] = text.value
    return found


def _scripts(source: SourceText, node: Node | None) -> Iterator[Script]:
    match node:
        case Scalar():
            yield of_scalar(source, node)
        case Sequence(items=items):
            for item in items:
                yield from _scripts(source, item)
