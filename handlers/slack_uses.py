"""What the listeners need of Slack: the one table that a manifest is checked against.

A new listener adds its event, shortcut or step here, with the scopes that it needs.
"""

from typing import Final

from msgspec import Struct

from handlers.slack_steps import CHECK_IMAGE


class MessageShortcut(Struct, frozen=True):
    """An entry in the menu of every message. A name has at most 24 characters, a description 150."""

    callback_id: str
    name: str
    description: str


class SlackUse(Struct, frozen=True):
    """One thing that Slack delivers to us, or that we call, and the bot's scopes for it."""

    why: str
    commands: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    message_shortcuts: tuple[MessageShortcut, ...] = ()
    functions: tuple[str, ...] = ()  # callback ids of workflow steps
    home_tab: bool = False
    unfurls: bool = False  # needs `unfurl_domains` with the host of the pages
    is_distributed: bool = False  # only of an app that several workspaces install


COMMAND: Final = "/provenance"

CHECK_MESSAGE: Final = MessageShortcut(
    "check_message", "Check images", "Checks the container images that are named in this message"
)

USES: Final = (
    SlackUse(
        "what could not be posted is posted when the bot is invited",
        events=("member_joined_channel", "channel_unarchive", "group_unarchive"),
        scopes=("channels:read", "groups:read"),
    ),
    SlackUse("slash commands", commands=(COMMAND,), scopes=("commands",)),
    SlackUse(
        "the same where the bot is mentioned", events=("app_mention",), scopes=("app_mentions:read", "chat:write")
    ),
    SlackUse("App Home", events=("app_home_opened",), home_tab=True),
    SlackUse(
        "previews of links to our own pages",
        events=("link_shared",),
        scopes=("links:read", "links:write"),
        unfurls=True,
    ),
    SlackUse('the shortcut "Check images" of a message', message_shortcuts=(CHECK_MESSAGE,), scopes=("commands",)),
    SlackUse(
        "a workspace that removes the app is forgotten",
        events=("app_uninstalled", "tokens_revoked"),
        is_distributed=True,
    ),
    SlackUse('the step "Check an image" of workflows', events=("function_executed",), functions=(CHECK_IMAGE,)),
)


def events() -> frozenset[str]:
    """The events that are listened to."""
    return frozenset(event for use in USES for event in use.events)


def scopes() -> frozenset[str]:
    """The scopes that the listeners need."""
    return frozenset(scope for use in USES for scope in use.scopes)
