"""The whole story as an operator lives it: a registry announces its pushes, people ask, and processes die.

Everything is real but Slack: `provenance serve` and `provenance work` in processes of their own, Debian's
docker-registry with its notifications pointed at the bot, skopeo, and the embedded engine or Debian's redis-server.
"""

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.oci.reference import Reference
from tests.fake_slack import FakeSlack, Fault
from tests.late_signature import Signer, tag_of
from tests.real_parts import DockerRegistry, free_port, running_registry
from tests.real_redis import RedisServer
from tests.town import CHANNEL, HOOK_SECRET, Town
from tests.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.real]


@pytest.fixture(params=["embedded", "redis"])
def redis(request: pytest.FixtureRequest) -> RedisServer | None:
    """Debian's redis-server, or None for the embedded engine."""
    return request.getfixturevalue("redis_server") if request.param == "redis" else None


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def registry(tmp_path: Path, port: int) -> Iterator[DockerRegistry]:
    """It announces its pushes at that port."""
    where = f"http://127.0.0.1:{port}/webhooks/own"
    with running_registry(tmp_path, notify_url=where, notify_headers={"Authorization": f"Bearer {HOOK_SECRET}"}) as own:
        yield own


@pytest.fixture
async def town(registry: DockerRegistry, redis: RedisServer | None, port: int, tmp_path: Path) -> AsyncIterator[Town]:
    async with FakeSlack() as slack:
        slack.channel(CHANNEL, "releases")
        bot = Town(registry.host, slack, tmp_path, port, redis.url if redis else "")
        yield bot
    assert not [secret for secret in bot.secrets() if secret in bot.said()]
    assert "Traceback" not in bot.said()


@contextmanager
def hanging(registry: DockerRegistry) -> Iterator[None]:
    """It takes connections and answers nothing, as long as the block lasts."""
    registry.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        registry.process.send_signal(signal.SIGCONT)


async def test_push_again_another_and_a_command_while_the_registry_hangs(
    town: Town, registry: DockerRegistry, samples: Path
) -> None:
    image = Reference(registry.host, "demo/app", "1.0")

    async def push(layout: str, tag: str = "1.0") -> str:
        return await asyncio.to_thread(registry.push_layout, samples / layout, "demo/app", tag)

    async with town.web(), town.worker():
        await eventually(town.is_ready)
        await push("min_2p_dflt")
        await eventually(lambda: said(town, "Fail"))
        first = await quiet(town)

        await push("min_2p_dflt")
        await eventually(lambda: town.said().count('"origin": "webhook"') >= 2)
        assert await quiet(town) == first, "the same push again says nothing new"

        digest = await push("max-sbom_2p_dflt")
        await eventually(lambda: digest in str(town.slack.parents(CHANNEL)[0]["metadata"]))
        second = await quiet(town)
        (parent,) = town.slack.parents(CHANNEL)
        replies = [second[ts] for ts in second.keys() - first.keys()]
        assert {reply["thread_ts"] for reply in replies} == {parent["ts"]}
        said_now = sorted(reply["text"].partition(":")[0] for reply in replies)
        assert said_now == ["Fix for tag-moved", "Now passes, with warnings"]
        assert parent["metadata"]["event_payload"]["digest"] == digest

        with hanging(registry):
            async with town.person() as alice:
                answered = await alice.command(f"check {image}")
            assert (answered.status, answered.text) == (200, f"Checking `{image}`…")
        await eventually(lambda: bool(town.slack.called("response_url")))
    assert len(town.slack.parents(CHANNEL)) == 1


async def test_the_worker_is_killed_between_fetching_and_posting(
    town: Town, registry: DockerRegistry, samples: Path
) -> None:
    town.slack.fail("auth.test", Fault.HANG)  # asked before the first post of a process
    async with town.web():
        await eventually(town.is_alive)
        async with town.worker() as worker:
            await asyncio.to_thread(registry.push_layout, samples / "min_2p_dflt", "demo/app", "1.0")
            await eventually(lambda: bool(town.slack.called("auth.test")))
            worker.kill()
            await worker.wait()
        assert not town.has_thread()
        async with town.worker():
            await eventually(town.has_thread)
            await quiet(town)
    assert len(town.slack.parents(CHANNEL)) == 1


async def test_the_worker_is_killed_while_posting(town: Town, registry: DockerRegistry, samples: Path) -> None:
    """Slack takes the parent, but nobody hears that it did."""
    town.slack.fail("chat.postMessage", Fault.HANG_AFTER)
    async with town.web():
        await eventually(town.is_alive)
        async with town.worker() as worker:
            await asyncio.to_thread(registry.push_layout, samples / "min_2p_dflt", "demo/app", "1.0")
            await eventually(town.has_thread)
            worker.kill()
            await worker.wait()
        async with town.worker():
            await eventually(lambda: has_replies(town))
            await quiet(town)
    assert len(town.slack.parents(CHANNEL)) == 1


async def test_the_web_process_is_killed_after_its_answer(town: Town, registry: DockerRegistry, samples: Path) -> None:
    async with town.web() as web:
        await eventually(town.is_alive)
        await asyncio.to_thread(registry.push_layout, samples / "min_2p_dflt", "demo/app", "1.0")
        await eventually(lambda: '"accepted": 1' in town.said())
        web.kill()
        await web.wait()
    async with town.worker():
        await eventually(town.has_thread)
        await quiet(town)
    assert len(town.slack.parents(CHANNEL)) == 1


async def test_the_store_is_killed_with_the_job_in_it(
    town: Town, registry: DockerRegistry, redis: RedisServer | None, samples: Path
) -> None:
    async with town.web():
        await eventually(town.is_alive)
        await asyncio.to_thread(registry.push_layout, samples / "min_2p_dflt", "demo/app", "1.0")
        await eventually(lambda: '"accepted": 1' in town.said())
        if redis is None:
            town.kill_engine()
        else:
            await asyncio.to_thread(redis.kill)
            await asyncio.to_thread(redis.start)
        async with town.worker():
            await eventually(town.has_thread)
            await quiet(town)
    assert len(town.slack.parents(CHANNEL)) == 1


async def test_a_signature_that_comes_after_its_image(
    town: Town, registry: DockerRegistry, samples: Path, tmp_path: Path
) -> None:
    signer = Signer.new()
    town.more["PROVENANCE_POLICY"] = str(policy_of(signer, registry.host, tmp_path))
    async with town.web(), town.worker():
        await eventually(town.is_ready)
        digest = await asyncio.to_thread(registry.push_layout, samples / "max-sbom_2p_dflt", "demo/app", "1.0")
        await eventually(lambda: '"verdict": "unknown"' in town.said())
        await quiet(town)
        assert not town.slack.parents(CHANNEL), "the first post carries the verdict"

        layout = signer.layout(digest, tmp_path / "signature")
        await asyncio.to_thread(registry.push_layout, layout, "demo/app", tag_of(digest))
        await eventually(lambda: said(town, "Pass"))
        assert len(await quiet(town)) == 1, "one message, and nothing else was said"
        assert "Signed by `release`, verified" in str(town.slack.parents(CHANNEL)[0]["blocks"])


def policy_of(signer: Signer, host: str, folder: Path) -> Path:
    """A policy that wants that signature."""
    keys = [{"name": "release", "pem": signer.pem}]
    entry = {"match": f"{host}/demo/*", "require": ["signature-missing", "signature-invalid"], "keys": keys}
    entry |= {"advise": ["attestation-unsigned"], "settle": "10m"}
    file = folder / "policy.yaml"
    file.write_text(json.dumps({"images": [entry]}))  # JSON is YAML
    return file


def has_replies(town: Town) -> bool:
    return any(town.slack.replies(CHANNEL, parent["ts"]) for parent in town.slack.parents(CHANNEL))


def said(town: Town, verdict: str) -> bool:
    parents = town.slack.parents(CHANNEL)
    return bool(parents) and str(parents[0]["text"]).startswith(verdict)


async def quiet(town: Town) -> dict[str, Any]:
    """The channel's messages, once nothing more is on its way."""
    seen = -1
    while seen != (seen := len(town.slack.calls)):  # noqa: ASYNC110 - other processes have no event
        await asyncio.sleep(2)
    return dict(town.slack.space.channels[CHANNEL].messages)
