"""The end of a chaos run: whether nothing is left to do, what came of it, and what must be so."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, Final

from msgspec import Struct
from redis.exceptions import RedisError

from bot.errors import StoreError
from bot.jobs.health import count_lane
from bot.jobs.queue import open_queue
from bot.oci.reference import Reference
from bot.policy.file import read_policy
from bot.releases import place
from bot.settings import Settings
from bot.store import Store
from bot.store.dead_letters import DeadLetters
from bot.store.releases import Releases
from tests.chaos.plan import SEED_VERSION
from tests.chaos.scene import Scene

SOON: Final = 100.0
"""Seconds; looks at what could not be read come after two minutes, and those at the end of `complete` after an hour."""


async def patiently(condition: Callable[[], Awaitable[bool]], seconds: float) -> bool:
    """Whether the condition came to hold in that time."""
    ends = time.monotonic() + seconds
    while not await condition():
        if time.monotonic() > ends:
            return False
        await asyncio.sleep(0.5)
    return True


class Ending(Struct, frozen=True):
    """Reads the store and the pretended Slack."""

    scene: Scene
    store: Store
    settings: Settings

    async def is_idle(self) -> bool:
        """No job is due or running, and none will be soon."""
        try:
            async with asyncio.timeout(10), open_queue(self.store, self.settings) as queue:
                lanes = [await count_lane(docket) for docket in queue.dockets.values()]
                soon = await self.store.now() + SOON
        except (RedisError, StoreError, TimeoutError):
            return False
        return all(lane.in_stream == 0 and not 0 < lane.first_due < soon for lane in lanes)

    async def figures(self) -> dict[str, Any]:
        """What is printed, and judged."""
        scene, looks = self.scene, self.scene.looks()
        letters = await DeadLetters(self.store).count()
        return {
            **scene.sent,
            "kills": dict(scene.crowd.kills),
            "threads": sum(map(len, scene.threads().values())),
            "messages": sum(len(channel.messages) for channel in scene.slack.space.channels.values()),
            "calls of Slack": len(scene.slack.calls),
            "looks": sum(looks.values()),
            "looks at one image, at most": max(looks.values(), default=0),
            "looks of two pollers at once": scene.polled_twice(),
            "images that are not judged": await self._not_judged(),
            "dead letters": letters,
        }

    async def _not_judged(self) -> list[str]:
        """Those that have no verdict on the content that was pushed."""
        policies = read_policy(self.scene.crowd.folder / "policy.yaml")
        releases, wrong = Releases(self.store), []
        for text, digest in self.scene.digests.items():
            image = Reference.parse(text)
            if image.tag == SEED_VERSION:  # of that, the first look checks the newest alone, and nobody is told
                continue
            placement = place(image, policies.for_image(image))
            release = await releases.load(placement.release) if placement else None
            member = release.member(text) if release else None
            if member is None or member.verdict is None or member.digest != digest:
                wrong.append(text)
        return wrong

    def judge(self, found: dict[str, Any]) -> None:
        """0 lost, 0 double, 0 wrong."""
        threads = self.scene.threads()
        names = {f"{project} {version}" for project, version in self.scene.plan.releases}
        assert threads.keys() ^ names == set(), "one for each release that was pushed, and no other"
        assert self.scene.notices_of_silence() <= 1
        assert {name: len(parents) for name, parents in threads.items() if len(parents) != 1} == {}
        assert self._said_twice() == []
        assert found["images that are not judged"] == []
        assert found["dead letters"] == 0
        assert found["looks of two pollers at once"] <= sum(self.scene.crowd.kills.values())
        assert self._traces() == []

    def _traces(self) -> list[str]:
        """What our own code did not expect; docket logs each error of the store with its trace."""
        lines = [json.loads(line) for line in self.scene.crowd.said().splitlines() if line.startswith("{")]
        return [str(line) for line in lines if "exception" in line and not str(line.get("logger")).startswith("docket")]

    def _said_twice(self) -> list[str]:
        """Replies that say the same in one thread."""
        found = []
        for channel in self.scene.slack.space.channels:
            for parent in self.scene.slack.parents(channel):
                texts = Counter(str(one["text"]) for one in self.scene.slack.replies(channel, parent["ts"]))
                found += [f"{parent['text']}: {text}" for text, count in texts.items() if count > 1]
        return found
