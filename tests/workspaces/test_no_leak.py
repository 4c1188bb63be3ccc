"""A payload of one workspace that names what is another's: nothing is found, nothing is changed, nothing is told."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.attention import NotePlace
from bot.store import Store
from bot.store.attention import Notes, Waivers
from bot.store.watches import StoredWatches
from tests.real_redis import RedisServer
from tests.waiting import eventually
from tests.workspaces.bot import CHANNELS, SeveralBot, several
from tests.workspaces.making import OTHER, TEAM

POLICY = """
images:
  - match: "**"
    require: [default]
    may_waive: [U0ALICE]
"""


@pytest.fixture
async def bot(empty_store: RedisServer, store: Store, samples: Path, tmp_path: Path) -> AsyncIterator[SeveralBot]:
    """The first workspace has a thread; the second has nothing. In both, U0ALICE may waive."""
    folder = tmp_path / "workspaces"
    for team in (TEAM, OTHER):
        (folder / team).mkdir(parents=True)
        (folder / team / "policy.yaml").write_text(POLICY)
    async with several(empty_store, store, tmp_path, TEAM, OTHER, slack_workspaces=folder) as running:
        running.registry.add_layout(samples / "min_2p_dflt", "demo/app", tag="1.0")
        await running.says(TEAM, f"watch {running.registry.host}/demo/app")
        await running.says(TEAM, f"check {running.registry.host}/demo/app:1.0 --share")
        await eventually(lambda: running.has_told(TEAM))
        yield running


def thread(bot: SeveralBot) -> dict[str, Any]:
    return bot.told(TEAM)[0]


async def notes(bot: SeveralBot, team: str) -> int:
    store = bot.store.of(await bot.part(team))
    found = 0
    for channel in CHANNELS.values():
        for place in (TEAM, OTHER):
            found += (await Notes(store).in_channel(place, channel)).total
    return found + (await Waivers(store).listed()).total


def actions(bot: SeveralBot) -> list[dict[str, Any]]:
    """The buttons and menus of that thread's parent."""
    return [
        element
        for block in thread(bot)["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
        if "url" not in element
    ]


async def press(bot: SeveralBot, action: dict[str, Any], *, channel: str, option: str = "") -> int:
    """Somebody in the second workspace sends the press of a message of the first one."""
    person, message = bot.people[OTHER], thread(bot)
    chosen = {"selected_option": {"value": option}} if option else {}
    payload = {
        "type": "block_actions",
        "team": {"id": OTHER},
        "user": {"id": "U0ALICE", "team_id": OTHER},
        "api_app_id": bot.slack.space.app,
        "container": {"type": "message", "message_ts": message["ts"], "channel_id": channel},
        "channel": {"id": channel},
        "message": {**message, "metadata": {}},  # with its metadata, the images could be asked for by anybody
        "trigger_id": person._trigger(),
        "response_url": bot.slack.response_url(CHANNELS[OTHER]),
        "actions": [{**action, "block_id": "b", "action_ts": "1.0", **chosen}],
    }
    return (await person.send(person.signed(urlencode({"payload": json.dumps(payload)}).encode()))).status


async def test_no_button_of_a_message_of_another_workspace_does_anything(bot: SeveralBot) -> None:
    before = json.dumps(thread(bot)), await notes(bot, TEAM)
    for channel in CHANNELS.values():
        for action in actions(bot):
            options = [one["value"] for one in action.get("options", ())] or [""]
            for option in options:
                assert await press(bot, action, channel=channel, option=option) == 200
    await eventually(lambda: len(bot.private(OTHER)) > 3)
    assert (json.dumps(thread(bot)), await notes(bot, TEAM)) == before
    assert await notes(bot, OTHER) == 0
    assert bot.told(OTHER) == []
    said = json.dumps(bot.private(OTHER))
    assert "too old" in said
    assert "sbom-missing" not in said  # nor what fails there
    assert not bot.slack.foreign


async def test_a_form_that_names_the_message_of_another_workspace_changes_nothing(bot: SeveralBot) -> None:
    person, message = bot.people[OTHER], thread(bot)
    target = json.dumps({"channel": CHANNELS[TEAM], "ts": message["ts"], "subject": "demo/app 1.0"})
    inputs = {
        "rule": {"v": {"selected_option": {"value": "sbom-missing"}}},
        "scope": {"v": {"selected_option": {"value": "tag"}}},
        "until": {"v": {"selected_date": "2026-12-20"}},
        "reason": {"v": {"value": "because I say so, and it is long enough"}},
        "for": {"v": {"selected_option": {"value": "7d"}}},
    }
    for callback in ("waive", "snooze"):
        view = {"id": "V1", "callback_id": callback, "private_metadata": target, "state": {"values": inputs}}
        payload = {
            "type": "view_submission",
            "team": {"id": OTHER},
            "user": {"id": "U0ALICE", "team_id": OTHER},
            "view": {**view, "type": "modal", "blocks": []},
        }
        answer = await person.send(person.signed(urlencode({"payload": json.dumps(payload)}).encode()))
        assert answer.status == 200
    assert await notes(bot, TEAM) == 0
    assert await notes(bot, OTHER) == 0


async def test_what_one_says_of_an_image_holds_for_that_one_alone(bot: SeveralBot) -> None:
    """The same image in both: a waiver of the one is no pass for the other, and is not named there."""
    image = f"{bot.registry.host}/demo/app:1.0"
    await bot.says(OTHER, f"check {image} --share")
    await eventually(lambda: bot.has_told(OTHER))
    failing = json.dumps(bot.told(OTHER))
    rule = "provenance-mode-min"
    said = await bot.says(TEAM, f"waive {image} {rule} 30d because the next release has it")
    assert "waives" in said, said
    await eventually(lambda: "waived" in json.dumps(bot.told(TEAM)).lower())
    assert "No waiver" in await bot.says(OTHER, "waivers")
    (waiver,) = (await Waivers(bot.store.of(await bot.part(TEAM))).listed()).items
    assert "No waiver" in await bot.says(OTHER, f"waivers revoke {waiver.id}")
    await bot.says(OTHER, f"check {image} --share")
    await eventually(lambda: len(bot.slack.called("chat.update")) > 0)
    assert "waived" not in json.dumps(bot.told(OTHER)).lower().replace('"waived": ""', "")
    assert failing
    assert "snoozed" in (await bot.says(TEAM, f"snooze {image} 1d")).lower()
    place = NotePlace(OTHER, CHANNELS[OTHER], "demo/app 1.0")
    assert (await Notes(bot.store.of(await bot.part(OTHER))).about(place)).snooze is None


async def test_watches_are_not_seen_counted_or_taken_out_elsewhere(bot: SeveralBot) -> None:
    glob = f"{bot.registry.host}/demo/app"
    assert "Nothing is watched" in await bot.says(OTHER, "list")
    assert "Nobody has added" in await bot.says(OTHER, f"unwatch {glob}")
    assert "watches" in await bot.says(OTHER, f"watch {glob} --tags 2.*")
    first = await StoredWatches(bot.store.of(await bot.part(TEAM))).all()
    assert [(watch.channel, watch.tags) for watch in first] == [(CHANNELS[TEAM], ())]


async def test_home_and_digest_show_a_persons_own_workspace(bot: SeveralBot) -> None:
    for team in (TEAM, OTHER):
        await bot.people[team].event({"type": "app_home_opened", "user": "U0ALICE", "tab": "home", "channel": "D0"})
    spaces = {team: bot.slack.space_of(team) for team in (TEAM, OTHER)}
    await eventually(lambda: all("HU0ALICE" in space.views for space in spaces.values()))
    shown = {team: json.dumps(space.views["HU0ALICE"]) for team, space in spaces.items()}
    assert "demo/app" in shown[TEAM]
    assert "demo" not in shown[OTHER]
    assert CHANNELS[TEAM] not in shown[OTHER]
    for team in (TEAM, OTHER):
        await bot.says(team, "digest")
    await eventually(lambda: bool(bot.private(OTHER)) and bool(bot.private(TEAM)))
    assert "demo/app" in json.dumps(bot.private(TEAM))
    assert "demo" not in json.dumps(bot.private(OTHER))


async def test_a_link_or_a_mention_shows_nothing_of_another_workspace(bot: SeveralBot) -> None:
    person = bot.people[OTHER]
    url = f"{bot.settings.base_url}/release?name=demo%2Fapp+1.0"
    ts = bot.slack.space_of(OTHER).stamp()
    shared = {"type": "link_shared", "channel": CHANNELS[OTHER], "message_ts": ts, "links": [{"url": url}]}
    assert (await person.event(shared)).status == 200
    assert (await person.event(person.mention("status", channel=CHANNELS[OTHER]))).status == 200
    await eventually(lambda: bool(replies(bot)))
    assert "Nothing was checked yet" in json.dumps(replies(bot))
    assert not bot.slack.called("chat.unfurl")


def replies(bot: SeveralBot) -> list[dict[str, Any]]:
    """What the bot has said in threads of the second workspace."""
    messages = bot.slack.space_of(OTHER).channels[CHANNELS[OTHER]].messages.values()
    return [message for message in messages if "thread_ts" in message]


async def test_the_pages_of_the_bot_show_nothing_of_any_workspace(bot: SeveralBot) -> None:
    for path in (
        "/",
        "/threads",
        "/watches",
        "/waivers",
        "/release?name=demo%2Fapp+1.0",
        "/board.json",
        "/feed/demo.atom",
    ):
        async with bot.session.get(bot.town.base + path) as answer:
            assert "demo" not in (await answer.text()).replace("demo%2Fapp", "").replace("demo/app 1.0", "")
    assert "demo" not in json.dumps(await bot.town.get("/readyz"))
