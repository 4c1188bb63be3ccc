"""The app's manifest promises what the listeners keep, and asks for no right that nothing needs."""

import ast
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from ruamel.yaml import YAML
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import UsageError
from bot.slack.scopes import FREE_METHODS, OPTIONAL_SCOPES, SCOPE_USES
from bot.store import Store
from bot.store.workspaces import Installations
from handlers.commands import COMMANDS
from handlers.oauth import uninstalled
from handlers.slack import PATH
from handlers.slack_listeners import listening
from handlers.slack_manifest import EVENTS_PATH, NEW_APP, link, manifest, text
from handlers.slack_uses import COMMAND, USES, events, scopes
from tests.conftest import ROOT
from tests.fake_queue import FakeQueue
from tests.fake_slack import FakeSlack
from tests.fake_slack.workspace import SCOPES
from tests.slack.door import settings_for

EXAMPLE = "https://bot.example.org"
FILES = {"slack-manifest.yaml": "", "slack-manifest-http.yaml": EXAMPLE}
OAUTH_FILE = "slack-manifest-oauth.yaml"


@pytest.mark.parametrize(("file", "address"), FILES.items())
def test_the_files_are_what_the_program_prints(file: str, address: str) -> None:
    """After a change: `provenance slack manifest [--url https://bot.example.org] > deploy/…`."""
    assert (ROOT / "deploy" / file).read_text("utf-8") == text(address)


def test_the_app_of_several_workspaces_has_the_address_to_which_slack_sends_people_back() -> None:
    """After a change: `provenance slack manifest --oauth --url https://bot.example.org > deploy/…`."""
    assert (ROOT / "deploy" / OAUTH_FILE).read_text("utf-8") == text(EXAMPLE, is_distributed=True)
    whole = manifest(EXAMPLE, is_distributed=True)
    assert whole["oauth_config"]["redirect_urls"] == [f"{EXAMPLE}/slack/oauth_redirect"]
    assert {"app_uninstalled", "tokens_revoked"} <= set(whole["settings"]["event_subscriptions"]["bot_events"])
    assert "unfurl_domains" not in whole["features"]  # workspaces have no pages
    for address in ("", EXAMPLE):
        assert "redirect" not in json.dumps(manifest(address))
        assert "app_uninstalled" not in json.dumps(manifest(address))
    with pytest.raises(UsageError, match="--url"):
        manifest(is_distributed=True)


@pytest.mark.parametrize("address", FILES.values())
def test_the_link_and_the_file_say_the_same(address: str) -> None:
    assert json.loads(unquote(link(address).removeprefix(NEW_APP))) == manifest(address)
    assert YAML(typ="safe").load(text(address)) == manifest(address)


def test_without_an_address_nothing_is_sent_to_one() -> None:
    assert "url" not in json.dumps(manifest())
    assert manifest()["settings"]["socket_mode_enabled"] is True


def test_with_an_address_everything_comes_to_our_door() -> None:
    whole = manifest("https://bot.example.org/")
    assert whole["settings"]["socket_mode_enabled"] is False
    urls = [command["url"] for command in whole["features"]["slash_commands"]]
    urls += [whole["settings"][key]["request_url"] for key in ("interactivity", "event_subscriptions")]
    assert {urlsplit(url).path for url in urls} == {PATH} == {EVENTS_PATH}


@pytest.mark.parametrize(
    "address", ["http://bot.example.org", "bot.example.org", "https://a b", "https://u@h", "https://h?x", "x" * 999]
)
def test_an_address_that_slack_would_not_take_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="https://"):
        manifest(address)


LENGTHS = {  # facts of slackapi/manifest-schema at c50cfa8: path of keys, fewest and most characters
    ("display_information", "name"): (1, 35),
    ("display_information", "description"): (1, 140),
    ("display_information", "background_color"): (4, 7),
    ("features", "bot_user", "display_name"): (1, 80),
    ("features", "slash_commands", "command"): (2, 32),
    ("features", "slash_commands", "url"): (8, 3000),
    ("features", "slash_commands", "description"): (1, 2000),
    ("features", "slash_commands", "usage_hint"): (1, 1000),
    ("features", "shortcuts", "name"): (1, 24),
    ("features", "shortcuts", "type"): (6, 7),
    ("features", "shortcuts", "callback_id"): (1, 255),
    ("features", "shortcuts", "description"): (1, 150),
    ("features", "unfurl_domains"): (1, 255),
    ("oauth_config", "scopes", "bot"): (1, 50),
    ("oauth_config", "scopes", "bot_optional"): (1, 50),
    ("settings", "event_subscriptions", "request_url"): (8, 3500),
    ("settings", "event_subscriptions", "bot_events"): (1, 50),
    ("settings", "interactivity", "request_url"): (8, 3500),
    ("settings", "function_runtime"): (1, 20),
}
SWITCHES = {
    ("features", "app_home", "home_tab_enabled"),
    ("features", "app_home", "messages_tab_enabled"),
    ("features", "app_home", "messages_tab_read_only_enabled"),
    ("features", "bot_user", "always_online"),
    ("features", "slash_commands", "should_escape"),
    ("settings", "interactivity", "is_enabled"),
    ("settings", "org_deploy_enabled"),
    ("settings", "socket_mode_enabled"),
    ("settings", "token_rotation_enabled"),
}
COUNTS = {
    "slash_commands": 50,
    "shortcuts": 10,
    "unfurl_domains": 5,
    "bot": 255,
    "bot_optional": 255,
    "bot_events": 100,
}


def leaves(value: object, *path: str) -> Iterator[tuple[tuple[str, ...], object]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from leaves(part, *path, key)
    elif isinstance(value, list):
        assert len(value) <= COUNTS[path[-1]]
        for part in value:
            yield from leaves(part, *path)
    else:
        yield path, value


@pytest.mark.parametrize("steps", [False, True])
@pytest.mark.parametrize("address", FILES.values())
def test_every_key_is_known_to_slack_and_within_its_limits(address: str, *, steps: bool) -> None:
    whole = manifest(address, steps=steps)
    assert whole.pop("_metadata") == {"major_version": 2, "minor_version": 1}
    functions = whole.pop("functions", {})
    assert all(
        {"title", "description", "input_parameters", "output_parameters"} <= one.keys() for one in functions.values()
    )
    for path, value in leaves(whole):
        if isinstance(value, str):
            least, most = LENGTHS[path]
            assert least <= len(value) <= most, path
        else:
            assert isinstance(value, bool)
            assert path in SWITCHES


def test_every_subcommand_is_hinted_at() -> None:
    (command,) = manifest()["features"]["slash_commands"]
    assert command["command"] == COMMAND
    hints = command["usage_hint"].split(" | ")
    assert [part.split(maxsplit=1)[0] for part in hints] == list(COMMANDS)
    assert "[" not in command["usage_hint"]


def test_the_rights_are_those_that_the_tests_run_with() -> None:
    """The pretended Slack refuses what these do not allow, so no more and no less is needed."""
    wanted = manifest(EXAMPLE)["oauth_config"]["scopes"]
    assert set(wanted["bot"]) | set(wanted["bot_optional"]) == SCOPES
    assert set(wanted["bot_optional"]) == OPTIONAL_SCOPES
    assert not set(wanted["bot"]) & set(wanted["bot_optional"])


def test_the_features_are_those_that_have_listeners() -> None:
    features = manifest()["features"].keys() - {"bot_user"}
    wanted = {
        "slash_commands": any(use.commands for use in USES),
        "shortcuts": any(use.message_shortcuts for use in USES),
        "app_home": any(use.home_tab for use in USES),
        "unfurl_domains": False,  # only with an address
    }
    assert features == {name for name, is_wanted in wanted.items() if is_wanted}
    assert set(manifest(EXAMPLE)["features"].get("unfurl_domains", ())) == (
        {urlsplit(EXAMPLE).netloc} if any(use.unfurls for use in USES) else set()
    )
    assert set(manifest(steps=True)["functions"]) == {name for use in USES for name in use.functions}
    assert manifest(steps=True)["settings"]["org_deploy_enabled"]  # without it Slack refuses steps
    assert "functions" not in manifest()


def method_of(attribute: str) -> str:
    """chat_postMessage -> chat.postMessage."""
    return attribute.replace("_", ".")


def called_methods() -> set[str]:
    """What the program calls: methods of slack_sdk's client, and names in strings."""
    known = {name for name in vars(AsyncWebClient) if "_" in name.strip("_") and not name.startswith("_")}
    found = set()
    for file in [*(ROOT / "bot").rglob("*.py"), *(ROOT / "handlers").rglob("*.py")]:
        if file.name == "scopes.py" or "slack" not in (source := file.read_text("utf-8")):
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Attribute) and node.attr in known:
                found.add(node.attr)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.replace(".", "_") in known:
                found.add(node.value.replace(".", "_"))
    if "files_upload_v2" in found:
        found = found - {"files_upload_v2"} | {"files_getUploadURLExternal", "files_completeUploadExternal"}
    return {method_of(name) for name in found}


def test_each_scope_serves_a_method_that_is_called_and_each_method_has_its_scopes() -> None:
    called = called_methods()
    assert "chat.postMessage" in called
    served = {method for use in SCOPE_USES for method in use.methods}
    assert called <= served | FREE_METHODS
    for use in SCOPE_USES:
        assert set(use.methods) & called, use.scope


def test_the_events_are_those_that_are_listened_to() -> None:
    listened = set[str]()
    for file in (ROOT / "handlers").rglob("*.py"):
        listened |= set(re.findall(r'(?:app\.event\(|on_event\(app, )"([a-z_]+)"', file.read_text("utf-8")))
    wanted = [manifest(EXAMPLE, steps=True, is_distributed=whether) for whether in (False, True)]
    subscribed = {event for one in wanted for event in one["settings"]["event_subscriptions"]["bot_events"]}
    assert subscribed == events() == listened


def test_every_scope_of_a_listener_is_asked_for() -> None:
    wanted = manifest(EXAMPLE, steps=True)["oauth_config"]["scopes"]
    assert scopes() <= set(wanted["bot"]) | set(wanted["bot_optional"])


async def heard_by(app: AsyncApp, payload: dict[str, Any]) -> str:
    """The name of the first listener that takes it."""
    request = AsyncBoltRequest(body=json.dumps(payload), mode="socket_mode")
    app._init_context(request)
    for listener in app._async_listeners:
        if await listener.async_matches(req=request, resp=BoltResponse(status=200)):
            return f"{listener.ack_function.__module__}.{listener.ack_function.__qualname__}"
    return ""


async def test_whatever_the_manifest_subscribes_to_has_a_listener_of_its_own(slack: FakeSlack, store: Store) -> None:
    async with listening(settings_for(slack), "s", FakeQueue(), store) as app:
        uninstalled.register(app, uninstalled.Uninstallation(Installations(store, None), ""))
        app._async_listeners.insert(0, app._async_listeners.pop())  # where it stands in the app of one workspace
        app._async_listeners.insert(0, app._async_listeners.pop())
        unknown = {"type": "event_callback", "event": {"type": "nobody_hears_this"}}
        catch_all = await heard_by(app, unknown)
        assert catch_all
        for name in events():
            heard = await heard_by(app, {"type": "event_callback", "event": {"type": name}})
            assert heard not in {"", catch_all}, name
        others = await heard_by(app, {"command": "/other"})
        assert others
        for use in USES:
            for command in use.commands:
                assert await heard_by(app, {"command": command}) not in {"", others}
            for shortcut in use.message_shortcuts:
                assert await heard_by(app, {"type": "message_action", "callback_id": shortcut.callback_id})
