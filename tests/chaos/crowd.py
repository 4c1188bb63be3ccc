"""Two web and two worker processes on one store, each of which may be killed at any moment and is started again."""

import asyncio
import json
import random
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from msgspec import Struct, field

from tests.chaos.plan import Plan
from tests.fake_slack import FakeSlack
from tests.real_redis import RedisServer
from tests.town import HOOK_SECRET, Town

PAUSE = (2.0, 6.0)
"""Seconds between two kills: shorter than it takes for the last one to be made good."""


class Crowd(Struct):
    """`towns` are the web processes' addresses; `kills` counts who was killed."""

    towns: tuple[Town, Town]
    redis: RedisServer | None
    folder: Path
    kills: Counter[str] = field(default_factory=Counter)
    _members: dict[str, Process] = field(default_factory=dict)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """All four, for as long as the block lasts."""
        async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
            keepers = [
                group.create_task(self._keep(f"{kind} {number}", kind, town))
                for number, town in enumerate(self.towns)
                for kind in ("web", "worker")
            ]
            stack.callback(lambda: [keeper.cancel() for keeper in keepers])
            try:
                yield
            finally:
                for keeper in keepers:
                    keeper.cancel()

    async def _keep(self, name: str, kind: str, town: Town) -> None:
        """As a service manager does: started again a moment after it has ended."""
        while True:
            async with town.web() if kind == "web" else town.worker() as process:
                self._members[name] = process
                await process.wait()
            await asyncio.sleep(0.5)

    async def kill_now_and_then(self, count: int, chance: random.Random, going_on: Callable[[], bool]) -> None:
        """Kill somebody with -9, `count` times, as long as there is work."""
        while sum(self.kills.values()) < count and going_on():
            await asyncio.sleep(chance.uniform(*PAUSE))
            await self._kill(chance)

    async def _kill(self, chance: random.Random) -> None:
        names = [*self._members, "store"]
        name = chance.choice(names)
        with suppress(ProcessLookupError):  # nobody is there to be killed: it is just being started
            if name == "store":
                await self._kill_store()
            else:
                self._members[name].kill()
            self.kills[name.partition(" ")[0]] += 1

    async def _kill_store(self) -> None:
        if self.redis is None:
            newest = max((town for town in self.towns if "embedded engine runs" in town.said()), key=_engine_since)
            newest.kill_engine()
            return
        await asyncio.to_thread(self.redis.kill)
        await asyncio.to_thread(self.redis.start)

    def said(self) -> str:
        return "".join(town.said() for town in self.towns)


def _engine_since(town: Town) -> str:
    lines = [json.loads(line) for line in town.said().splitlines() if "embedded engine runs" in line]
    return max(str(line["timestamp"]) for line in lines)


def crowd(  # noqa: PLR0913 - the parts of a bot
    folder: Path, hosts: tuple[str, ...], slack: FakeSlack, plan: Plan, *, redis: RedisServer | None, poll: float
) -> Crowd:
    """Both web processes take the deliveries of all registries. Every repository is watched, and so is polled."""
    source = {"id": "own", "kind": "distribution", "secret": HOOK_SECRET, "hosts": list(hosts)}
    more = {
        "PROVENANCE_DATA": str(folder / "data"),
        "PROVENANCE_WEBHOOKS": json.dumps([source]),
        "PROVENANCE_WATCH": json.dumps([f"{host}/{name}" for host in hosts for name in plan.repositories]),
        "PROVENANCE_PRIVATE_HOSTS": json.dumps(hosts),
        "PROVENANCE_INSECURE_HOSTS": json.dumps(hosts),
        "PROVENANCE_POLICY": str(plan.policy(folder / "policy.yaml", hosts)),
        "PROVENANCE_POLL": str(poll),
        "PROVENANCE_GITHUB_API": "",
    }
    towns = []
    for name in ("one", "two"):
        (folder / name).mkdir()
        towns.append(Town(hosts[0], slack, folder / name, redis_url=redis.url if redis else "", more=more))
    return Crowd((towns[0], towns[1]), redis, folder)
