"""Pipelines of other CI systems: the shell scripts in them, and which of their plugins push an image.

CircleCI, Travis, Azure, Drone, Woodpecker, Bitbucket, Buildkite, Semaphore, Cirrus and AppVeyor keep scripts under a
few names; Cloud Build gives them to a shell. When a job runs, and which variables it has, is not read: each finding
says so.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from bot.errors import MalformedError
from bot.values import replace
from bot.workflows.model import CiFile, FileKind, Job, Step
from bot.workflows.nodes import Mapping, Node, Scalar, Sequence
from bot.workflows.readers import plugins
from bot.workflows.readers.gitlab import SCRIPTS_MAX
from bot.workflows.readers.scripts import run_through
from bot.workflows.shell.script import Script, of_scalar
from bot.workflows.text import SourceText

_SCRIPTS: Final = frozenset(
    {
        *("run", "command", "commands", "script", "bash", "before_script", "after_script", "after_success"),
        *("before_install", "install", "before_deploy", "deploy", "build_script", "deploy_script", "after_build"),
    }
)
_SHELL = re.compile(r"(?:/(?:usr/)?bin/)?(?:ba|da|a|k)?sh")
_IS_SCRIPT = re.compile(r"-[a-z]*c[a-z]*")
_PARAMETER = re.compile(r"<<[ \t]*[\w.-]+[ \t]*>>")
_ESCAPED = re.compile(r"\$\$(\{?)(?=\w)")
"""Cloud Build takes `$$NAME` for a variable of the shell. https://cloud.google.com/build/docs/configuring-builds/substitute-variable-values"""


def read(source: SourceText, documents: tuple[Mapping, ...]) -> CiFile:
    """All scripts of a pipeline as one job, each in a shell of its own.

    Raises MalformedError when they are over the limit together.
    """
    found = {one.place: one for document in documents for one in _scripts(document)}
    if (size := sum(len(one.value) for one in found.values())) > SCRIPTS_MAX:
        raise MalformedError(f"{source.name}: {size} characters of scripts, more than the limit of {SCRIPTS_MAX}")
    steps = tuple(_step(source, one) for one in found.values())
    pushes = {one.place: one for document in documents for one in plugins.read(document)}
    steps += tuple(Step(place, operations=(push,)) for place, push in pushes.items())
    jobs = (Job(source.name, documents[0].place, steps),) if documents else ()
    return CiFile(source, FileKind.OTHER_CI, jobs, whole=False)


def _step(source: SourceText, text: Scalar) -> Step:
    return Step(text.place, operations=tuple(run_through(source, [_script(source, text)], {}).operations))


def _script(source: SourceText, text: Scalar) -> Script:
    """CircleCI's parameters look like redirections to a shell: they become variables, which are as long.

    So do the variables of a shell that Cloud Build writes with two signs: under another name, nothing is known of them.
    """
    script = of_scalar(source, text)
    return replace(script, text=_PARAMETER.sub(_as_variable, _ESCAPED.sub(r"$\1_", script.text)))


def _as_variable(parameter: re.Match[str]) -> str:
    return "${_" + re.sub(r"\W", "_", parameter[0][2:-2]) + "}"


def _scripts(node: Node) -> Iterator[Scalar]:
    """Texts under these names, and those in lists under them; in Cloud Build, what a step gives to a shell."""
    todo: list[tuple[Node, bool]] = [(node, False)]
    while todo:
        match todo.pop():
            case (Scalar() as text, True):
                yield text
            case (Sequence(items=items), is_script):
                todo.extend((item, is_script) for item in reversed(items))
            case (Mapping() as table, _):
                yield from _given_to_shell(table)
                todo.extend((value, key.value in _SCRIPTS) for key, value in reversed([*table.entries()]))


def _given_to_shell(step: Mapping) -> Iterator[Scalar]:
    """`entrypoint: bash` with `args: [-c, SCRIPT]`."""
    if step.text("name") and _SHELL.fullmatch(step.text("entrypoint")):
        args = [one for one in step.sequence("args") if isinstance(one, Scalar)]
        yield from (script for flag, script in pairwise(args) if _IS_SCRIPT.fullmatch(flag.value))
