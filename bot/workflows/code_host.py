"""The port to a code host, as far as we need one. `github_api.GitHub` is one."""

from typing import Protocol

from bot.workflows.address import WorkflowFile


class CodeHost(Protocol):
    """Where files of a repository are read."""

    async def read(self, file: WorkflowFile) -> str:
        """A file's text. Raises SourceError."""
