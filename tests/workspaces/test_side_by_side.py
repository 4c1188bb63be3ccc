"""Two workspaces on one bot: each has all of it, and sees nothing of the other."""

import json
from functools import partial
from pathlib import Path

import pytest

from bot.metrics.exposition import exposed
from bot.store import Store
from bot.store.reports import Reports
from tests.real_redis import RedisServer
from tests.waiting import eventually
from tests.workspaces.bot import CHANNELS, SeveralBot, several
from tests.workspaces.making import OTHER, TEAM


async def test_each_workspace_is_told_of_what_it_watches(
    empty_store: RedisServer, store: Store, samples: Path, tmp_path: Path
) -> None:
    async with several(empty_store, store, tmp_path, TEAM, OTHER) as bot:
        host = bot.registry.host
        for team, image in ((TEAM, "one/app"), (OTHER, "two/app"), (TEAM, "both/app"), (OTHER, "both/app")):
            assert "watches" in await bot.says(team, f"watch {host}/{image}")
        for image in ("one/app", "two/app", "both/app", "nobody/app"):
            assert await bot.push(samples, image) == 202
        await eventually(lambda: bot.has_told(TEAM, 2) and bot.has_told(OTHER, 2))
        assert sorted(titles(bot, TEAM)) == ["both/app 1.0", "one/app 1.0"]
        assert sorted(titles(bot, OTHER)) == ["both/app 1.0", "two/app 1.0"]
        assert await Reports(store).newest(9) == ()  # nothing of a workspace is the bot's own
    assert {call.team for call in bot.slack.called("chat.postMessage")} == {TEAM, OTHER}


def titles(bot: SeveralBot, team: str) -> list[str]:
    """The releases that stand in the channel."""
    return [str(one["metadata"]["event_payload"]["subject"]) for one in bot.told(team)]


async def test_commands_of_one_show_nothing_of_the_other(
    empty_store: RedisServer, store: Store, samples: Path, tmp_path: Path
) -> None:
    async with several(empty_store, store, tmp_path, TEAM, OTHER) as bot:
        host = bot.registry.host
        bot.registry.add_layout(samples / "min_2p_dflt", "demo/app", tag="1.0")
        image = f"{host}/demo/app:1.0"
        await bot.says(TEAM, f"watch {host}/demo/app")
        assert "Checking" in await bot.says(TEAM, f"check {image} --share")
        await eventually(lambda: bot.has_told(TEAM))
        assert "demo/app" in await bot.says(TEAM, "status")
        for text in ("status", "list", "waivers", f"status {image}", "status demo/app", f"waive {image}"):
            said = await bot.says(OTHER, text)
            assert not [word for word in ("U0ALICE", "Fail", "watch of other", "1 watch") if word in said], said
        assert bot.told(OTHER) == []
        assert "Checking" in await bot.says(OTHER, f"check {image}")
        await eventually(lambda: bool(bot.private(OTHER)))
        answer = json.dumps(bot.private(OTHER))
        assert "thread in this channel" not in answer
        assert CHANNELS[TEAM] not in answer


async def test_buttons_work_in_each_workspace(
    empty_store: RedisServer, store: Store, samples: Path, tmp_path: Path
) -> None:
    """Acknowledge, re-check, and the evidence as a file, each in the press's own workspace."""
    async with several(empty_store, store, tmp_path, TEAM, OTHER) as bot:
        bot.registry.add_layout(samples / "min_2p_dflt", "demo/app", tag="1.0")
        for team in (TEAM, OTHER):
            await bot.says(team, f"check {bot.registry.host}/demo/app:1.0 --share")
        await eventually(lambda: bot.has_told(TEAM) and bot.has_told(OTHER))
        for team in (TEAM, OTHER):
            for option in ("acknowledge", "evidence"):
                await press(bot, team, "release.more", option)
            await eventually(partial(is_acknowledged, bot, team))
            await eventually(partial(has_files, bot, team))
            await press(bot, team, "check.rerun")
            await eventually(partial(is_checking, bot, team))
            if team == TEAM:
                assert not is_acknowledged(bot, OTHER)
                assert not has_files(bot, OTHER)
                assert not is_checking(bot, OTHER)


def is_acknowledged(bot: SeveralBot, team: str) -> bool:
    return "Acknowledged by" in json.dumps(bot.told(team))


def is_checking(bot: SeveralBot, team: str) -> bool:
    return "Checking" in json.dumps(bot.private(team))


def has_files(bot: SeveralBot, team: str) -> bool:
    messages = bot.slack.space_of(team).channels[CHANNELS[team]].messages.values()
    return any(message.get("files") for message in messages)


async def press(bot: SeveralBot, team: str, action: str, option: str = "") -> None:
    (message,) = bot.told(team)
    answer = await bot.people[team].press(message, action, channel=CHANNELS[team], option=option)
    assert answer.status == 200


async def test_tokens_that_end_are_renewed_for_a_post_that_nobody_asked_for(
    empty_store: RedisServer, store: Store, samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Bolt renews for requests only. Nothing of any token is said, not even in the metrics."""
    async with several(empty_store, store, tmp_path) as bot:
        bot.slack.oauth.rotates = True
        for team in (TEAM, OTHER):
            await bot.install(team)
            await bot.says(team, f"watch {bot.registry.host}/demo/app")
        stored = await bot.installations.of(TEAM)
        assert stored
        ends = await store.now() + 600
        facts = stored.facts.model_copy(update={"expires_at": ends})
        assert await bot.installations.replace(stored, facts, bot.installations.tokens(stored))
        bot.slack.oauth.end_soon(TEAM, ends)
        assert await bot.push(samples) == 202
        await eventually(lambda: bot.has_told(TEAM) and bot.has_told(OTHER))
        assert bot.slack.oauth.refreshed == 1
        seen = exposed([])[0].decode() + "".join(capsys.readouterr())
        secrets = [*bot.slack.oauth.tokens, *bot.slack.oauth.refreshable]
    assert not [secret for secret in secrets if secret in seen]
