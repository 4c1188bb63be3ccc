"""A workspace removes the app: its token is gone at once, then all that was remembered; nobody else loses anything."""

import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.intake.job import CheckJob
from bot.jobs.queue import open_queue
from bot.store import Store
from bot.store.workspaces import Leaving
from tests.real_redis import RedisServer
from tests.waiting import eventually
from tests.workspaces.bot import CHANNELS, SeveralBot, several
from tests.workspaces.making import OTHER, TEAM

UNINSTALLED = {"type": "app_uninstalled"}
REVOKED = {"type": "tokens_revoked", "tokens": {"oauth": ["U0ALICE"], "bot": ["U0ACMEBOT"]}}


@pytest.fixture
async def bot(empty_store: RedisServer, store: Store, samples: Path, tmp_path: Path) -> AsyncIterator[SeveralBot]:
    """Both workspaces watch, and have a thread."""
    async with several(empty_store, store, tmp_path, TEAM, OTHER) as running:
        running.registry.add_layout(samples / "min_2p_dflt", "demo/app", tag="1.0")
        for team in (TEAM, OTHER):
            await running.says(team, f"watch {running.registry.host}/demo/app")
            await running.says(team, f"check {running.registry.host}/demo/app:1.0 --share")
        await eventually(lambda: running.has_told(TEAM) and running.has_told(OTHER))
        yield running


async def keys_of(bot: SeveralBot, part: str) -> list[str]:
    """Of its part of the store. The queue's own remarks on a job that has ended go after five minutes."""
    return [str(key) for key in await bot.store.redis.keys(f"{bot.store.of(part).key('')}*")]


async def is_empty(bot: SeveralBot, part: str) -> bool:
    return not await keys_of(bot, part)


@pytest.mark.parametrize("event", [UNINSTALLED, REVOKED], ids=lambda event: event["type"])
async def test_all_that_was_remembered_is_deleted_and_of_nobody_else(bot: SeveralBot, event: dict[str, Any]) -> None:
    first, second = await bot.part(TEAM), await bot.part(OTHER)
    kept = len(await keys_of(bot, second))
    assert kept
    assert await keys_of(bot, first)
    bot.slack.oauth.uninstall(TEAM)
    assert (await bot.people[TEAM].event(event)).status == 200
    assert await bot.installations.of(TEAM) is None
    await eventually(lambda: is_empty(bot, first))
    assert len(await keys_of(bot, second)) >= kept
    said = await bot.says(TEAM, "status")
    assert "removed the app" in said
    assert "https://bot.example.org/slack/install" in said
    assert "demo/app" in await bot.says(OTHER, "list")


async def test_a_person_whose_token_was_revoked_is_not_the_bot(bot: SeveralBot) -> None:
    for tokens in ({"oauth": ["U0ALICE"]}, {"oauth": ["U0ALICE"], "bot": []}, None, {"bot": "x"}):
        await bot.people[TEAM].event({"type": "tokens_revoked", "tokens": tokens})
    assert await bot.installations.of(TEAM)


async def test_the_event_of_one_workspace_removes_no_other(bot: SeveralBot) -> None:
    forged = {**UNINSTALLED, "team": OTHER, "team_id": OTHER, "user_team": OTHER}
    await bot.people[TEAM].event(forged)
    assert await bot.installations.of(TEAM) is None
    assert await bot.installations.of(OTHER)


async def test_an_event_that_comes_after_a_new_installation_removes_nothing(bot: SeveralBot) -> None:
    """Slack delivers again after five minutes; by then the workspace may have the app again."""
    person = bot.people[TEAM]
    body = json.loads(person.event_request(UNINSTALLED).body) | {"event_time": int(time.time()) - 300}
    late = person.signed(json.dumps(body).encode(), content_type="application/json")
    assert (await person.send(late)).status == 200
    assert await bot.installations.of(TEAM)


async def test_whoever_comes_back_begins_with_nothing(bot: SeveralBot) -> None:
    first = await bot.part(TEAM)
    bot.slack.oauth.uninstall(TEAM)
    await bot.people[TEAM].event(UNINSTALLED)
    second = await bot.install(TEAM)
    assert second != first
    assert "Nothing is watched" in await bot.says(TEAM, "list")
    await eventually(lambda: is_empty(bot, first))
    assert await bot.part(TEAM) == second


async def test_work_that_waits_for_a_workspace_that_left_is_not_done(bot: SeveralBot) -> None:
    """Neither in its name, nor in that of the installation after it."""
    first = await bot.part(TEAM)
    bot.slack.oauth.uninstall(TEAM)
    await bot.people[TEAM].event(UNINSTALLED)
    await bot.install(TEAM)
    posts = of_team(bot, TEAM)
    image = f"{bot.registry.host}/demo/app:1.0"
    asked = bot.registry.count("GET", "/manifests/")
    async with open_queue(bot.store, bot.settings) as queue:
        job = CheckJob(
            image=image, origin="command", channel=CHANNELS[TEAM], user="U0ALICE", is_shared=True, workspace=first
        )
        await queue.enqueue(job, key="left")
        await eventually(lambda: _is_done(queue, f"{first}/left"))
    assert bot.registry.count("GET", "/manifests/") == asked
    assert of_team(bot, TEAM) == posts
    assert first in await Leaving(bot.store).all()


def of_team(bot: SeveralBot, team: str) -> int:
    """Posts with a token of that workspace."""
    return sum(call.team == team for call in bot.slack.called("chat.postMessage"))


async def _is_done(queue: Any, key: str) -> bool:  # noqa: ANN401 - the queue
    return not await queue.is_open(key)


async def test_a_token_that_slack_refuses_stops_no_other_workspace(bot: SeveralBot, samples: Path) -> None:
    """The event got lost: Slack refuses the token, and the other workspace is told as ever."""
    bot.slack.oauth.uninstall(TEAM)
    assert await bot.push(samples, "demo/app", "2.0") == 202
    await eventually(lambda: bot.has_told(OTHER, 2))
    assert len(bot.told(TEAM)) == 1
    assert (await bot.town.get("/readyz"))[1]["ready"] is True
