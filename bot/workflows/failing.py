"""Jobs of GitHub Actions that GitHub does not run to their end any more: nothing in them publishes an image today.

Runner images that are gone: https://github.com/actions/runner-images
Actions that fail by their version: https://github.blog/changelog/2024-04-16-deprecation-notice-v3-of-the-artifact-actions/
Commands that fail: https://github.blog/changelog/2020-10-01-github-actions-deprecating-set-env-and-add-path-commands/
"""

import re
from collections.abc import Mapping as Table
from typing import Final

from bot.workflows.builds import Action
from bot.workflows.held import texts_of
from bot.workflows.model import CiFile, FileKind, Job, Step
from bot.workflows.nodes import scalars
from bot.workflows.shell.unclosed import is_unclosed
from bot.workflows.unresolved import normal
from bot.workflows.versions import BUILD_PUSH, WITH_BUILDX, Version, newest_of

_GONE_RUNNERS: Final = re.compile(r"ubuntu-(?:16|18|20)\.04|windows-20(?:16|19)|macos-(?:10\.15|1[123])")
_FAILS_BEFORE: Final[dict[str, Version]] = {
    "actions/upload-artifact": (4,),
    "actions/download-artifact": (4,),
    "actions/cache": (3,),
}
"""The first version that GitHub still serves."""
_GONE_COMMANDS: Final = re.compile(r"::(?:set-env|add-path)\b")
_ALLOWED: Final = "ACTIONS_ALLOW_UNSECURE_COMMANDS"
_OTHER_SHELL: Final = re.compile(r"\bshell[\"']?:[ \t]*[\"']?(?!(?:/\w+)*/?(?:ba|da|z)?sh\b)\S")
_NEEDS_MAX: Final = 32
"""Jobs of a chain that need one another."""


def fails(file: CiFile, job: Job) -> bool:
    """Whether a job surely fails before it has done anything to images, or one that it needs does."""
    if file.kind is not FileKind.GITHUB:
        return False
    seen, todo = {job.name}, [job]
    while todo and len(seen) <= _NEEDS_MAX:
        one = todo.pop()
        if _fails(file, one, whole=one is not job):
            return True
        for name in one.needs:
            needed = file.job(name)
            if name not in seen and needed and not _runs_anyway(one) and not _may_fail(needed):
                seen.add(name)
                todo.append(needed)
    return False


def _runs_anyway(job: Job) -> bool:
    """Whether a condition of its own may let it run after one that it needs has failed."""
    return job.node is not None and job.node.get("if") is not None


def _may_fail(job: Job) -> bool:
    return job.node is not None and job.node.get("continue-on-error") is not None


def _fails(file: CiFile, job: Job, *, whole: bool) -> bool:
    if _has_no_runner(job, dict(job.held)) or any(map(_is_too_old, job.steps)):
        return True
    allowed, quotes = _ALLOWED in file.source.text, _is_posix(file, job)
    for step in job.steps:
        if not whole and step.operations:
            return False
        if _stops(step, allowed=allowed, quotes=quotes):
            return True
    return False


def _is_posix(file: CiFile, job: Job) -> bool:
    """Whether the scripts of a job are for a POSIX shell: others have other quotes."""
    runner = job.node.get("runs-on") if job.node else None
    windows = any("windows" in one.value for one in scalars(runner)) if runner else False
    return not windows and not file.source.mentions(_OTHER_SHELL, "shell")


def _has_no_runner(job: Job, held: Table[str, tuple[str, ...]]) -> bool:
    """Whether all runners that the job may have are gone."""
    named = job.node.get("runs-on") if job.node else None
    labels = [one.value for one in scalars(named)] if named is not None else []
    texts = [text for label in labels for text in texts_of(normal(label), held)]
    return bool(texts) and all(map(_GONE_RUNNERS.fullmatch, texts))


def _is_too_old(step: Step) -> bool:
    action = step.uses
    since = _FAILS_BEFORE.get(action.name) if action else None
    return bool(since and action and action.version and newest_of(action.version) < since)


def is_gone(action: Action | None) -> bool:
    """Whether it is build-push-action 1, whose docker is too old for the engine of today's runners.

    Docker Engine 29 takes API 1.44 or newer: https://docs.docker.com/engine/release-notes/29/
    """
    if action is None or action.version is None or action.name != BUILD_PUSH:
        return False
    return newest_of(action.version) < WITH_BUILDX


def _stops(step: Step, *, allowed: bool, quotes: bool) -> bool:
    """Whether a script surely fails, and the steps behind it do not run; `quotes`: also by quotes that are open."""
    run = step.node.scalar("run") if step.node else None
    if run is None or step.node is None or step.node.get("if") or step.node.get("continue-on-error"):
        return False
    return (not allowed and _GONE_COMMANDS.search(run.value) is not None) or (quotes and is_unclosed(run.value))
