"""The workflow runs of the fake GitHub."""

from aiohttp import web
from msgspec import Struct, field


class Runs(Struct):
    """Of one repository: commit, workflow file, event and attempts, by the run's number."""

    by_id: dict[int, tuple[str, str, str, int]] = field(default_factory=dict)

    def add(self, id_: int, commit: str, path: str, *, event: str = "push", attempts: int = 1) -> None:
        self.by_id[id_] = commit, path, event, attempts

    def answer(self, rest: str) -> web.Response:
        """To /actions/runs/ID."""
        id_ = int(rest.removeprefix("/actions/runs/"))
        if id_ not in self.by_id:
            return web.json_response({"message": "Not Found", "status": "404"}, status=404)
        commit, path, event, attempts = self.by_id[id_]
        said = {"id": id_, "head_sha": commit, "head_branch": "main", "path": path, "event": event}
        return web.json_response(said | {"run_attempt": attempts, "status": "completed", "conclusion": "success"})
