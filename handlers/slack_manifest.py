"""The manifest of the Slack app: made of what the listeners use and the methods that are called, and of nothing else.

https://docs.slack.dev/reference/app-manifest
"""

import io
import json
import re
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote, urlsplit

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from bot.errors import UsageError
from bot.slack.scopes import OPTIONAL_SCOPES, SCOPE_USES
from bot.slack.workspaces.options import REDIRECT_PATH
from handlers.commands import COMMANDS
from handlers.slack_steps import STEPS
from handlers.slack_uses import USES, SlackUse

NEW_APP: Final = "https://api.slack.com/apps?new_app=1&manifest_json="
"""Slack's page that creates an app from a manifest."""

EVENTS_PATH: Final = "/slack/events"

ADDRESS_MAX: Final = 200
"""Characters of the bot's own address."""

_OPTION = re.compile(r"\s*\[[^\[\]]*\]")

_SOCKET_HEAD = """\
The Slack app of a bot that runs anywhere (Socket Mode). `provenance slack setup` prints a link that creates it.
By hand: https://api.slack.com/apps, "Create New App", "From a manifest". Then "Basic Information", "App-Level Tokens":
a token with the scope connections:write is SLACK_APP_TOKEN; "Install App" shows SLACK_BOT_TOKEN."""

_OAUTH_HEAD = """\
The Slack app of a bot that several workspaces use (OAuth). `provenance slack manifest --oauth --url https://…` prints
it for the bot's own address. Then https://api.slack.com/apps, "Create New App", "From a manifest". "Basic Information"
shows the client id and secret (PROVENANCE_SLACK_CLIENT_ID, PROVENANCE_SLACK_CLIENT_SECRET) and SLACK_SIGNING_SECRET;
"Manage Distribution" lets other workspaces install it, at https://bot.example.org/slack/install."""

_HTTP_HEAD = """\
The Slack app of a bot with a public address. `provenance slack setup --url https://…` prints a link that creates it.
By hand: put the bot's address in the place of https://bot.example.org, then https://api.slack.com/apps, "Create New
App", "From a manifest". "Basic Information" shows SLACK_SIGNING_SECRET, "Install App" shows SLACK_BOT_TOKEN."""


def manifest(address: str = "", *, steps: bool = False, is_distributed: bool = False) -> dict[str, Any]:
    """For a bot at that https address, or for Socket Mode. Raises UsageError for another address.

    `steps`: with the steps of workflows, for which the app must be ready for organizations, and the plan a paid one.
    `is_distributed`: several workspaces install the app (OAuth). They have no pages, so no link is previewed.
    """
    if is_distributed and not address:
        raise UsageError("an app that several workspaces install needs the bot's https address (--url)")
    url = f"{_checked(address)}{EVENTS_PATH}" if address else ""
    request_url = {"request_url": url} if url else {}
    uses = [
        use
        for use in USES
        if (not use.unfurls or (url and not is_distributed))
        and (steps or not use.functions)
        and (is_distributed or not use.is_distributed)
    ]
    redirect = {"redirect_urls": [f"{_checked(address)}{REDIRECT_PATH}"]} if is_distributed else {}
    whole: dict[str, Any] = {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Provenance",
            "description": "Checks provenance, SBOM and signatures of every new image tag",
            "background_color": "#1f2937",
        },
        "features": _features(url, uses),
        "oauth_config": {**redirect, "scopes": _scopes(uses)},
        "settings": {
            "event_subscriptions": {**request_url, "bot_events": sorted({one for use in uses for one in use.events})},
            "interactivity": {"is_enabled": True, **request_url},
            "org_deploy_enabled": steps,
            "socket_mode_enabled": not url,
            "token_rotation_enabled": False,
        },
    }
    if steps:
        whole["functions"] = {name: dict(STEPS[name]) for use in uses for name in use.functions}
        whole["settings"]["function_runtime"] = "remote"
    return whole


def usage_hint() -> str:
    """What Slack shows behind the command: the subcommands, without what may be left out."""
    return " | ".join(_short(command.HELP.partition(":")[0]) for command in COMMANDS.values())


def _short(form: str) -> str:
    """What may be left out may itself have parts that may be left out: the innermost go first."""
    while (shorter := _OPTION.sub("", form)) != form:
        form = shorter
    return form.strip()


def link(address: str = "", *, steps: bool = False, is_distributed: bool = False) -> str:
    """The address of Slack's page that creates the app, with the manifest filled in."""
    whole = manifest(address, steps=steps, is_distributed=is_distributed)
    return NEW_APP + quote(json.dumps(whole, separators=(",", ":")), safe="")


def text(address: str = "", *, steps: bool = False, is_distributed: bool = False) -> str:
    """As YAML, with comments."""
    tree = _commented(manifest(address, steps=steps, is_distributed=is_distributed))
    tree.yaml_set_start_comment(_OAUTH_HEAD if is_distributed else _HTTP_HEAD if address else _SOCKET_HEAD)
    reasons = {scope: use.why for use in USES for scope in use.scopes}
    reasons |= {use.scope: use.why for use in SCOPE_USES}
    for scopes in tree["oauth_config"]["scopes"].values():
        for index, scope in enumerate(scopes):
            scopes.yaml_add_eol_comment(reasons[scope], index, column=0)
    expires = "a rotated token in the environment would expire after 12 hours"
    rotates = "may be switched on; an app cannot switch it off again"
    comment = rotates if is_distributed else expires
    tree["settings"].yaml_add_eol_comment(comment, "token_rotation_enabled", column=0)
    writer = YAML()
    writer.width = 1000
    writer.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    writer.dump(tree, stream)
    return stream.getvalue()


def _features(url: str, uses: Sequence[SlackUse]) -> dict[str, Any]:
    """What people see of the app."""
    features: dict[str, Any] = {}
    if any(use.home_tab for use in uses):
        features["app_home"] = {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": True,
        }
    features["bot_user"] = {"display_name": "provenance", "always_online": True}
    features["slash_commands"] = [
        {
            "command": command,
            **({"url": url} if url else {}),
            "description": "Check the attestations of a container image",
            "usage_hint": usage_hint(),
            "should_escape": False,
        }
        for use in uses
        for command in use.commands
    ]
    if shortcuts := [shortcut for use in uses for shortcut in use.message_shortcuts]:
        features["shortcuts"] = [
            {"name": one.name, "type": "message", "callback_id": one.callback_id, "description": one.description}
            for one in shortcuts
        ]
    if any(use.unfurls for use in uses):
        features["unfurl_domains"] = [urlsplit(url).netloc]
    return features


def _scopes(uses: Sequence[SlackUse]) -> dict[str, list[str]]:
    listened = {scope for use in uses for scope in use.scopes}
    unheard = {scope for use in USES for scope in use.scopes} - listened
    wanted = listened | {use.scope for use in SCOPE_USES} - unheard
    return {"bot": sorted(wanted - OPTIONAL_SCOPES), "bot_optional": sorted(wanted & OPTIONAL_SCOPES)}


def _checked(address: str) -> str:
    plain = address.rstrip("/")
    if not plain.startswith("https://") or len(plain) > ADDRESS_MAX or any(sign in plain for sign in " ?#@\\\n"):
        raise UsageError("Slack sends its requests only to an address that begins with https://")
    return plain


def _commented(value: Any) -> Any:  # noqa: ANN401 - any part of a document
    if isinstance(value, dict):
        return CommentedMap((key, _commented(part)) for key, part in value.items())
    if isinstance(value, list):
        return CommentedSeq(_commented(part) for part in value)
    return value
