"""A configuration that cannot work is said at start; a workspace's own policy and credentials are its own."""

import json
from pathlib import Path

import pytest

from bot.cli.slack_workspaces import ACTIONS, new_key
from bot.errors import SettingsError, UsageError
from bot.jobs.workspaces.policies import WorkspacePolicies
from bot.jobs.workspaces.workspaces import workspace_registries
from bot.settings import Settings
from bot.slack.workspaces import oauth_options
from bot.store import Store
from bot.store.moving import exported
from bot.store.slack_problems import ProblemCode
from bot.store.watches import StoredWatches, Watch
from bot.store.workspaces import Installations, TokenKeys
from tests.real_redis import RedisServer
from tests.waiting import eventually
from tests.workspaces.bot import BASE, KEYS, SeveralBot, several
from tests.workspaces.making import OTHER, TEAM, facts, keys, tokens

GOOD = {
    "base_url": BASE,
    "slack_client_id": "1.2",
    "slack_client_secret": "cs",
    "slack_token_keys": KEYS,
    "slack_signing_secret": "s",
}


def test_without_a_client_id_there_is_one_workspace_as_ever() -> None:
    assert oauth_options(Settings.model_validate({"slack_bot_token": "xoxb-1"})) is None


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"slack_client_id": ""}, "PROVENANCE_SLACK_CLIENT_SECRET"),
        ({"slack_client_secret": None}, "PROVENANCE_SLACK_CLIENT_SECRET"),
        ({"slack_token_keys": None}, "PROVENANCE_SLACK_TOKEN_KEYS"),
        ({"slack_token_keys": "k1:c2hvcnQ="}, "PROVENANCE_SLACK_TOKEN_KEYS"),
        ({"base_url": ""}, "PROVENANCE_BASE_URL"),
        ({"base_url": "http://bot.example.org"}, "PROVENANCE_BASE_URL"),
        ({"webhooks_url": "http://hooks.example.org"}, "PROVENANCE_WEBHOOKS_URL"),
        ({"slack_signing_secret": None}, "SLACK_SIGNING_SECRET"),
        ({"slack_bot_token": "xoxb-1"}, "SLACK_BOT_TOKEN"),
        ({"slack_channel": "#releases"}, "SLACK_CHANNEL"),
        ({"slack_workspaces": Path("/nowhere")}, "PROVENANCE_SLACK_WORKSPACES"),
    ],
)
def test_what_cannot_work_is_said_with_the_variable(change: dict[str, object], names: str) -> None:
    with pytest.raises(SettingsError, match=names) as caught:
        oauth_options(Settings.model_validate({**GOOD, **change}))
    assert "c2hvcnQ=" not in str(caught.value)
    assert KEYS.partition(":")[2] not in str(caught.value)


def test_slack_sends_people_to_the_host_of_the_webhooks_where_the_pages_have_their_own() -> None:
    options = oauth_options(Settings.model_validate({**GOOD, "webhooks_url": "https://hooks.example.org"}))
    assert options is not None
    assert options.redirect_url == "https://hooks.example.org/slack/oauth_redirect"
    assert options.install_url == "https://hooks.example.org/slack/install"


def test_each_workspace_has_its_own_policy_and_credentials(tmp_path: Path) -> None:
    (tmp_path / TEAM).mkdir()
    (tmp_path / TEAM / "policy.yaml").write_text("images:\n  - match: '**'\n    channel: '#acme'\n")
    (tmp_path / TEAM / "config.json").write_text("{}")
    options = oauth_options(Settings.model_validate({**GOOD, "slack_workspaces": tmp_path}))
    assert options
    policies = WorkspacePolicies(options).require()
    assert policies.of(TEAM).channels() == ("#acme",)
    assert policies.of(OTHER).channels() == ()
    assert options.credentials_of(TEAM) == tmp_path / TEAM / "config.json"
    for team in (OTHER, "../" + TEAM, f"../{tmp_path.name}/{TEAM}", ""):
        assert options.credentials_of(team) is None
        assert options.policy_of(team) is None


def test_a_policy_that_does_not_hold_is_said_at_start_with_its_workspace(tmp_path: Path) -> None:
    (tmp_path / TEAM).mkdir()
    (tmp_path / TEAM / "policy.yaml").write_text("images: 7\n")
    options = oauth_options(Settings.model_validate({**GOOD, "slack_workspaces": tmp_path}))
    assert options
    with pytest.raises(SettingsError, match=TEAM):
        WorkspacePolicies(options).require()
    (tmp_path / "not-a-team").mkdir()
    with pytest.raises(SettingsError, match="not-a-team"):
        oauth_options(Settings.model_validate({**GOOD, "slack_workspaces": tmp_path}))


def test_the_bots_own_credentials_are_not_for_workspaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_AUTH_CONFIG", '{"auths": {}}')
    settings = Settings.model_validate({**GOOD, "registry_auth": tmp_path / "config.json"})
    assert settings.registry_options().registry_auth
    assert "DOCKER_AUTH_CONFIG" in settings.registry_options().environment
    options = workspace_registries(settings)
    assert options.registry_auth is None
    assert not options.environment


async def test_a_missing_key_is_said_by_readyz_and_repaired_by_setting_it(
    empty_store: RedisServer, store: Store, tmp_path: Path
) -> None:
    await Installations(store, TokenKeys.parse(keys("old"))).install(facts(), tokens())
    async with several(empty_store, store, tmp_path) as bot:
        await eventually(lambda: _says(bot, ProblemCode.TOKEN_UNREADABLE))
        status, said = await bot.town.get("/readyz")
        assert status == 503
        assert "PROVENANCE_SLACK_TOKEN_KEYS" in said["why"]
        await bot.install(TEAM)
        await eventually(lambda: _is_ready(bot))


async def _says(bot: SeveralBot, code: ProblemCode) -> bool:
    _, said = await bot.town.get("/readyz")
    return code.value in said.get("slack", "")  # nothing is said of Slack where the store did not answer in time


async def _is_ready(bot: SeveralBot) -> bool:
    return (await bot.town.get("/readyz"))[0] == 200


async def test_the_terminal_lists_seals_anew_and_forgets(empty_store: RedisServer, store: Store) -> None:
    old, new = keys("old"), new_key("new")
    installed = await Installations(store, TokenKeys.parse(old)).install(facts(name="Acme\x1b[31m"), tokens())
    await StoredWatches(store.of(installed.workspace)).add(Watch(glob="quay.io/acme/*"))
    said: list[str] = []

    async def does(action: str, name: str = "", sealing: str = "") -> bool:
        said.clear()
        settings = empty_store.settings(**{**GOOD, "slack_token_keys": sealing or f"{new},{old}"})
        return await ACTIONS[action](settings, name, said.append)

    assert await does("workspaces")
    assert TEAM in said[0]
    assert "\x1b" not in said[0]
    assert not await does("workspaces", sealing=new)
    assert "cannot be read" in said[0]
    with pytest.raises(UsageError, match="old"):
        await does("rekey", sealing=new)
    assert await does("rekey")
    assert "1 token is sealed" in said[0]
    assert await does("workspaces", sealing=new)
    with pytest.raises(UsageError, match="workspaces"):
        await does("forget")
    assert not await does("forget", OTHER)
    assert await does("forget", TEAM)
    assert await StoredWatches(store.of(installed.workspace)).all() == ()
    assert await does("workspaces")
    assert "No workspace" in said[0]
    assert not [text for text in said if "xox" in text]
    with pytest.raises(UsageError):
        new_key("not a name")
    with pytest.raises(SettingsError, match="CLIENT_ID"):
        await ACTIONS["workspaces"](empty_store.settings(), "", said.append)


async def test_an_export_has_nothing_of_workspaces(store: Store) -> None:
    installed = await Installations(store, TokenKeys.parse(KEYS)).install(facts(), tokens())
    await StoredWatches(store).add(Watch(glob="quay.io/own/*"))
    await StoredWatches(store.of(installed.workspace)).add(Watch(glob="quay.io/acme/*"))
    lines = [line async for line in exported(store)]
    assert json.loads(lines[1])["value"]["glob"] == "quay.io/own/*"
    assert not [line for line in lines if "acme" in line.lower() or "sealed" in line]
