"""From a push to the thread, and back: commands and buttons, with restarts in the middle."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.oci.reference import Reference
from tests.e2e.local_slack import LocalSlack
from tests.fake_registry import FakeRegistry
from tests.town import Town
from tests.waiting import eventually

pytestmark = pytest.mark.e2e


async def pushed(town: Town, registry: FakeRegistry, samples: Path, tag: str = "1.0") -> None:
    digest = registry.add_layout(samples / "min_2p_dflt", "demo/app", tag=tag)
    assert await town.push(Reference(registry.host, "demo/app", tag), digest) == 202


async def has_parents(slack: LocalSlack, count: int) -> bool:
    return len(await slack.parents()) == count


async def is_said(slack: LocalSlack, words: str) -> bool:
    return any(words in text for text in await slack.texts())


async def ready(town: Town, slack: LocalSlack) -> None:
    await eventually(town.is_ready)
    if slack.mode == "socket":
        await eventually(slack.is_linked)


async def test_a_push_becomes_a_thread_and_a_person_asks_and_presses(
    town: Town, slack: LocalSlack, registry: FakeRegistry, samples: Path
) -> None:
    async with town.running("serve", "--with-worker"):
        await ready(town, slack)
        await pushed(town, registry, samples)
        await eventually(lambda: has_parents(slack, 1))
        (parent,) = await slack.parents()
        assert "demo/app 1.0" in parent["text"]

        await slack.command("help")
        await eventually(lambda: is_said(slack, "/provenance check"))
        await slack.command(f"check {registry.host}/demo/app:1.0")
        await eventually(lambda: is_said(slack, "Checking"))

        (parent,) = await slack.parents()
        await slack.press(parent, "check.rerun")
        await eventually(lambda: is_said(slack, "is up to date"))
        assert len(await slack.parents()) == 1
    assert "Traceback" not in town.said()
    assert all(secret not in town.said() for secret in slack.environment().values() if secret.startswith("x"))


async def test_killed_between_push_and_post_it_posts_once_after_the_restart(
    town: Town, slack: LocalSlack, registry: FakeRegistry, samples: Path
) -> None:
    async with town.web() as web:
        await eventually(town.is_alive)
        await pushed(town, registry, samples)
        web.kill()
        await web.wait()
    async with town.web(), town.worker() as worker:
        await ready(town, slack)
        await eventually(lambda: has_parents(slack, 1))
        worker.kill()
        await worker.wait()
        await slack.command("help")
        await eventually(lambda: is_said(slack, "/provenance check"))
        async with town.worker():
            await pushed(town, registry, samples, "1.1")
            await eventually(lambda: has_parents(slack, 2))


@pytest.mark.parametrize("slack", ["socket"], indirect=True)
async def test_two_processes_with_sockets_do_a_command_once(
    town: Town, slack: LocalSlack, registry: FakeRegistry, samples: Path
) -> None:
    """local-slack sends everything to each socket; Slack may do so, too, when links change."""
    second = Town(registry.host, town.slack, town.folder, more=slack.environment())
    async with AsyncExitStack() as stack:
        for one in (town, second):
            await stack.enter_async_context(one.web())
        await eventually(town.is_alive)
        await eventually(lambda: slack.is_linked(2))
        await stack.enter_async_context(town.worker())
        await pushed(town, registry, samples)
        await eventually(lambda: has_parents(slack, 1))
        await slack.command(f"check {registry.host}/demo/app:1.0")
        await eventually(lambda: is_said(slack, "Checking"))
        await asyncio.sleep(1)
        assert sum("Checking" in text for text in await slack.texts()) == 1


@pytest.mark.parametrize("slack", ["socket"], indirect=True)
async def test_the_socket_comes_back_when_slack_does(
    town: Town, slack: LocalSlack, registry: FakeRegistry, samples: Path, tmp_path: Path
) -> None:
    again = LocalSlack(tmp_path / "again", "socket", port=slack.port + 1)
    moved = Town(registry.host, town.slack, town.folder, port=town.port, more=again.environment())
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(again.running())
        await stack.enter_async_context(moved.running("serve", "--with-worker"))
        await ready(moved, again)
        first.kill()
        await first.wait()
        await stack.enter_async_context(again.running())
        await eventually(again.is_linked)

        async def is_answered() -> bool:
            """The socket opens a moment after it was asked for; what is typed before is lost, and typed again."""
            await again.command("help")
            await asyncio.sleep(1)
            return await is_said(again, "/provenance check")

        await eventually(is_answered)
        await pushed(moved, registry, samples)
        await eventually(lambda: has_parents(again, 1))
