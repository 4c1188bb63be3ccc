"""Hands each job to the parts of the workspace that it is for; the jobs of no workspace are done as ever."""

import functools
import json
from typing import Any, Protocol

import structlog

from bot.jobs.tasks import Task
from bot.jobs.workspaces.parts import WorkspaceParts

log = structlog.get_logger(__name__)


class PartsSource(Protocol):
    """Knows the parts of each workspace."""

    async def of(self, workspace: str) -> WorkspaceParts | None:
        """None if that one does not have the app any more. Raises StoreError."""


def routed(name: str, home: Task, workspaces: PartsSource) -> Task:
    """The task of that name, for all workspaces. What the queue asks of `home` it may ask of this one."""

    @functools.wraps(home)
    async def task(job: str, first: int, since: int, **docket: Any) -> None:  # noqa: ANN401 - what docket passes
        workspace = workspace_of(job)
        if not workspace:
            await home(job, first, since, **docket)
            return
        parts = await workspaces.of(workspace)
        if parts is None:
            log.info("a workspace removed the app; its job is not done", task=name, workspace=workspace)
            return
        await parts.tasks[name](job, first, since, **docket)

    return task


def workspace_of(job: str) -> str:
    """Which one a job is for, before anything else of it is read; "" = none."""
    try:
        read = json.loads(job)
    except (ValueError, RecursionError):
        return ""
    inner = read.get("job") if isinstance(read, dict) else None  # a FailureNote carries the job that it is about
    for part in (read, inner):
        value = part.get("workspace") if isinstance(part, dict) else None
        if isinstance(value, str) and value:
            return value
    return ""
