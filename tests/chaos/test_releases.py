"""Pushes of many releases while every process is killed now and then: each release has its thread, once.

Real processes (two web, two workers), Debian's redis-server or the embedded engine, two registries, and the Slack that
refuses what Slack refuses. The figures are printed: `pytest -s`.
"""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.store import open_store
from tests.chaos.crowd import crowd
from tests.chaos.ending import Ending, patiently
from tests.chaos.plan import Plan
from tests.chaos.scene import POLL, Scene
from tests.fake_registry import FakeRegistry
from tests.fake_slack import FakeSlack
from tests.real_redis import RedisServer
from tests.town import CHANNEL

STARTING = 300.0
"""Seconds on a busy machine for four processes to start, and for the first looks at all repositories."""

SMALL = Plan(projects=10, versions=5, kills=12, pause=0.3)
LARGE = Plan(projects=25, versions=10, kills=40)
DISTINCT = Plan(projects=25, versions=40, kills=40, parts=1, registries=1, faults=True)


@asynccontextmanager
async def scene_of(plan: Plan, folder: Path, redis: RedisServer | None, settings: Settings) -> AsyncIterator[Scene]:
    """The bot runs, and nothing is pushed yet but one version of each repository, long ago."""
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(FakeSlack())
        registries = [await stack.enter_async_context(FakeRegistry()) for _ in range(plan.registries)]
        slack.channel(CHANNEL, "releases")
        for project in range(plan.projects):
            slack.channel(plan.channel(f"p{project:02}"), f"p{project:02}")
        hosts = tuple(registry.host for registry in registries)
        bots = crowd(folder, hosts, slack, plan, redis=redis, poll=POLL)
        scene = Scene(plan, bots, tuple(registries), slack)
        scene.seed()
        async with bots.running():
            for town in bots.towns:
                assert await patiently(town.is_ready, STARTING)
            async with open_store(settings) as store:
                assert await patiently(partial(scene.is_known, store), STARTING)
            yield scene


async def see_to_its_end(scene: Scene, settings: Settings, seconds: float) -> None:
    """Push and kill, wait until nothing is left to do, and judge."""
    began = time.monotonic()

    def going_on() -> bool:
        return scene.is_pushing or bool(scene.unfinished())

    async def is_done() -> bool:
        return not going_on()

    async with asyncio.TaskGroup() as group:
        group.create_task(scene.push_all())
        if scene.plan.faults:
            group.create_task(scene.spoil_now_and_then(random.Random(scene.plan.seed)))  # noqa: S311 - no secret
        chance = random.Random(scene.plan.seed)  # noqa: S311
        killing = group.create_task(scene.crowd.kill_now_and_then(scene.plan.kills, chance, going_on))
        done = await patiently(is_done, seconds)
        killing.cancel()
    took = time.monotonic() - began
    async with open_store(settings) as store:
        ending = Ending(scene, store, settings)
        is_quiet = await patiently(ending.is_idle, 150)
        found = await ending.figures()
    print(json.dumps({"seconds": round(took), "until idle": round(time.monotonic() - began), **found}, indent=1))  # noqa: T201
    assert done, scene.unfinished()[:10]
    assert is_quiet
    ending.judge(found)


@pytest.mark.slow
@pytest.mark.real
async def test_releases_pushed_under_kill(tmp_path: Path, redis_server: RedisServer) -> None:
    async with scene_of(SMALL, tmp_path, redis_server, redis_server.settings()) as scene:
        await see_to_its_end(scene, redis_server.settings(), 300)


@pytest.mark.chaos
async def test_a_thousand_pushes_of_250_releases_under_kill(tmp_path: Path, redis_server: RedisServer) -> None:
    async with scene_of(LARGE, tmp_path, redis_server, redis_server.settings()) as scene:
        await see_to_its_end(scene, redis_server.settings(), 900)


@pytest.mark.chaos
@pytest.mark.parametrize("kind", ["embedded", "redis"])
async def test_a_thousand_images_while_registry_and_slack_fail(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    redis = request.getfixturevalue("redis_server") if kind == "redis" else None
    settings = redis.settings() if redis else Settings.model_validate({"data": tmp_path / "data"})
    async with scene_of(DISTINCT, tmp_path, redis, settings) as scene:
        await see_to_its_end(scene, settings, 1500)
