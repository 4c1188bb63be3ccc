"""`provenance work` alone, no webhook at all, over a real docker-registry: what is pushed is noticed and told."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.settings import Settings
from bot.store import open_store
from bot.store.polls import Polls, RepositoryState
from tests.fake_slack import FakeSlack
from tests.real_parts import DockerRegistry, running_registry
from tests.real_redis import RedisServer
from tests.town import CHANNEL, Town
from tests.waiting import eventually

pytestmark = pytest.mark.real


@pytest.fixture
def own(tmp_path: Path) -> Iterator[DockerRegistry]:
    with running_registry(tmp_path / "registry") as registry:
        yield registry


@pytest.fixture
async def town(own: DockerRegistry, redis_server: RedisServer, tmp_path: Path) -> AsyncIterator[Town]:
    async with FakeSlack() as slack:
        slack.channel(CHANNEL, "releases")
        more = {"PROVENANCE_POLL": "1", "PROVENANCE_WATCH": json.dumps([f"{own.host}/demo/app"])}
        yield Town(own.host, slack, tmp_path, redis_url=redis_server.url, more=more)


async def state(town: Town) -> RepositoryState:
    settings = Settings.model_validate({"redis_url": SecretStr(town.redis_url)})
    async with open_store(settings) as store:
        return await Polls(store).load(f"{town.host}/demo/app")


async def knows(town: Town, **digests: str) -> bool:
    return {tag: (await state(town)).digests.get(tag) for tag in digests} == digests


async def test_polling_alone_notices_pushes_moved_and_vanished_tags(
    town: Town, own: DockerRegistry, samples: Path
) -> None:
    old = own.push_layout(samples / "max-sbom_2p_dflt", "demo/app", "1.0.0")
    own.push_layout(samples / "max-sbom_2p_dflt", "demo/app", "latest")
    async with town.worker(), town.worker():  # two, and one of them polls
        await eventually(lambda: knows(town, **{"1.0.0": old, "latest": old}))
        assert not town.has_thread()  # a first look tells nobody

        pushed = own.push_layout(samples / "min_2p_dflt", "demo/app", "1.1.0")
        await eventually(lambda: knows(town, **{"1.1.0": pushed}))
        await eventually(town.has_thread)
        assert [parent["text"].find("1.1.0") >= 0 for parent in town.slack.parents(CHANNEL)] == [True]

        moved = own.push_layout(samples / "max-sbom_2p_dflt", "demo/app", "1.1.0")
        await eventually(lambda: knows(town, **{"1.1.0": moved}))
        (parent,) = town.slack.parents(CHANNEL)
        await eventually(lambda: len(town.slack.called("chat.update")) > 0)

        tag = own.storage / "docker/registry/v2/repositories/demo/app/_manifests/tags/1.0.0"
        for file in sorted(tag.rglob("*"), reverse=True):
            file.rmdir() if file.is_dir() else file.unlink()
        tag.rmdir()

        async def has_vanished() -> bool:
            return set((await state(town)).gone) == {"1.0.0"}

        await eventually(has_vanished)
    assert town.slack.parents(CHANNEL)[0]["ts"] == parent["ts"]
    assert town.said().count("change=new") + town.said().count('"change": "new"') == 1  # by one of the two, and once
