"""The app's manifest promises what the door keeps, and asks for no right that nothing needs."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from ruamel.yaml import YAML

from handlers.commands import COMMANDS
from handlers.slack import PATH
from handlers.slack_uses import COMMAND, events, scopes
from tests.conftest import ROOT
from tests.fake_slack.workspace import SCOPES


@pytest.fixture
def manifest() -> dict[str, Any]:
    return dict(YAML(typ="safe").load(ROOT / "deploy" / "slack-manifest.yaml"))


def test_commands_and_buttons_come_to_our_door(manifest: dict[str, Any]) -> None:
    (command,) = manifest["features"]["slash_commands"]
    assert command["command"] == COMMAND
    for url in (
        command["url"],
        *(manifest["settings"][key]["request_url"] for key in ("interactivity", "event_subscriptions")),
    ):
        assert urlsplit(url).path == PATH


def test_every_subcommand_is_hinted_at(manifest: dict[str, Any]) -> None:
    hint = manifest["features"]["slash_commands"][0]["usage_hint"]
    assert [part.split(maxsplit=1)[0] for part in hint.split(" | ")] == list(COMMANDS)


def test_the_rights_are_those_that_the_tests_run_with(manifest: dict[str, Any]) -> None:
    """The pretended Slack refuses what these do not allow, so no more and no less is needed."""
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == SCOPES


def test_nothing_is_subscribed_to_that_nobody_hears(manifest: dict[str, Any]) -> None:
    assert set(manifest["settings"]["event_subscriptions"]["bot_events"]) == events()


def test_every_scope_of_a_listener_is_asked_for(manifest: dict[str, Any]) -> None:
    assert scopes() <= set(manifest["oauth_config"]["scopes"]["bot"])


def test_the_features_are_those_that_have_listeners(manifest: dict[str, Any]) -> None:
    assert manifest["features"].keys() == {"bot_user", "slash_commands"}


def test_names_are_within_slacks_limits(manifest: dict[str, Any]) -> None:
    assert len(manifest["display_information"]["name"]) <= 35
    assert len(manifest["display_information"]["description"]) <= 140
    assert len(COMMAND) <= 32
