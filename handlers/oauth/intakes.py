"""What registries announce is for each workspace that watches it."""

import asyncio
from collections.abc import Sequence

import structlog
from msgspec import Struct, field

from bot.errors import SettingsError
from bot.intake.buffer import Buffer
from bot.intake.intake import Intake
from bot.intake.rate import RateLimit
from bot.intake.watch_list import READ_AGAIN, watch_list
from bot.jobs.queue import DocketQueue
from bot.jobs.workspaces.policies import WorkspacePolicies
from bot.jobs.workspaces.queue import WorkspaceQueue
from bot.store import Store
from bot.store.digests import Digests
from bot.store.polls import Polls
from bot.store.workspaces import Installations

log = structlog.get_logger(__name__)


class WorkspaceIntakes(Struct):
    """An intake for each. Which workspaces there are is known for some seconds."""

    settle: float
    store: Store
    queue: DocketQueue
    policies: WorkspacePolicies
    _known: dict[str, Intake] = field(default_factory=dict)
    _read_at: float = float("-inf")

    async def all(self, buffer: Buffer, rate: RateLimit) -> Sequence[Intake]:
        """Raises StoreError."""
        clock = asyncio.get_running_loop().time
        if clock() - self._read_at >= READ_AGAIN:
            there = [facts.workspace for facts in await Installations(self.store, None).all()]
            found = {name: self._known.get(name) or self._made_if_it_holds(name, buffer, rate) for name in there}
            self._known = {name: intake for name, intake in found.items() if intake is not None}
            self._read_at = clock()
        return tuple(self._known.values())

    def _made_if_it_holds(self, workspace: str, buffer: Buffer, rate: RateLimit) -> Intake | None:
        """None if its policy, written after the start, cannot be used: all others get their pushes."""
        try:
            return self._made(workspace, buffer, rate)
        except SettingsError as error:
            log.error("a workspace gets no pushes", workspace=workspace, why=str(error))  # noqa: TRY400
            return None

    def _made(self, workspace: str, buffer: Buffer, rate: RateLimit) -> Intake:
        store = self.store.of(workspace)
        watches = watch_list((), self.policies.of(workspace.partition(".")[0]), store)
        queue = WorkspaceQueue(self.queue, workspace)
        return Intake(watches, self.settle, queue, Digests(store), buffer, rate, Polls(store))
