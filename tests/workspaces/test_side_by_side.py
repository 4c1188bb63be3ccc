"""Two workspaces on one bot: each has all of it, and sees nothing of the other."""

import json
from pathlib import Path

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
