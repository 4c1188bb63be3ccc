"""What pushes an image in other CI systems without a script. That it pushes is known, and not how.

Plugins of Drone and Woodpecker (https://woodpecker-ci.org/plugins), tasks of Azure Pipelines
(https://learn.microsoft.com/azure/devops/pipelines/tasks/reference/docker-v2), jobs and commands of CircleCI's orbs
(https://circleci.com/developer/orbs), steps of Google Cloud Build (https://cloud.google.com/build/docs/build-config-file-schema).
"""

import re
from collections.abc import Iterator
from typing import Final

from bot.workflows.nodes import Mapping, Node, Scalar, Sequence
from bot.workflows.operations import UnreadPush

_PLUGIN: Final = re.compile(
    r"(?:[\w.-]+/)?(?:plugins/(?:docker|ecr|gcr|gar|acr|kaniko(?:-\w+)?)|[\w.-]+/(?:plugin-|drone-|wp-)"
    r"(?:docker(?:-buildx)?|kaniko|buildah|podman|ko))(?::[\w.-]+)?(?:@[\w:]+)?"
)
_TASKS: Final = {
    "docker": {"", "buildandpush", "push", "push an image", "push images"},
    "dockercompose": {"push services"},
}
"""Tasks of Azure, without their version, and what `command` or `action` says where they push."""
_ORB: Final = re.compile(
    r"(?:docker/(?:publish|push)|(?:aws-ecr|gcp-gcr|gcp-artifact-registry|azure-acr)/build[-_]and[-_]push[-_]image)"
)
_ON: Final = {"true", "yes", "1"}


def read(node: Node) -> Iterator[UnreadPush]:
    """Each such step, where it stands."""
    todo: list[Node] = [node]
    while todo:
        match todo.pop():
            case Scalar(value=value, place=place):
                if _ORB.fullmatch(value):
                    yield UnreadPush(value, place)
            case Sequence(items=items):
                todo.extend(reversed(items))
            case Mapping() as table:
                yield from _of_step(table)
                todo.extend(value for _, value in reversed([*table.entries()]))


def _of_step(step: Mapping) -> Iterator[UnreadPush]:
    yield from (UnreadPush(key.value, key.place) for key, _ in step.entries() if _ORB.fullmatch(key.value))
    settings = step.mapping("settings") or step
    image, task = step.scalar("image"), step.scalar("task")
    if image and not step.get("commands") and _PLUGIN.fullmatch(image.value) and not _is_dry(settings):
        yield UnreadPush(image.value.partition("@")[0], image.place)
    inputs = step.mapping("inputs")
    if task and (inputs.text("command") or inputs.text("action") if inputs else "").lower() in _pushing(task.value):
        yield UnreadPush(task.value, task.place)
    name, args = step.scalar("name"), [one.value for one in step.sequence("args") if isinstance(one, Scalar)]
    if name and (what := _of_cloud_build(name.value, args)):
        yield UnreadPush(what, name.place)


def _is_dry(settings: Mapping) -> bool:
    return any(settings.text(name).lower() in _ON for name in ("dry_run", "dry-run", "no_push", "no-push"))


def _pushing(task: str) -> set[str]:
    return _TASKS.get(task.partition("@")[0].lower(), set())


def _of_cloud_build(name: str, args: list[str]) -> str:
    """What pushes in a step of Cloud Build; "" where nothing does."""
    program = name.partition(":")[0].rpartition("/")[2]
    if program == "docker" and (args[:1] == ["push"] or "--push" in args):
        return f"{program} push" if args[:1] == ["push"] else f"{program} … --push"
    return name if "/kaniko" in name and program == "executor" and "--no-push" not in args else ""
