"""The methods of Slack's Web API that the bot calls, and the scope that each needs.

https://docs.slack.dev/reference/methods
"""

from typing import Final

from msgspec import Struct


class ScopeUse(Struct, frozen=True):
    """A scope of the bot token, and what it is for. Without an optional one, the bot does less and says so."""

    scope: str
    why: str
    methods: tuple[str, ...]
    is_optional: bool = False


_HISTORY: Final = ("conversations.history", "conversations.replies")
_CHANNELS: Final = ("conversations.list", "conversations.info", "users.conversations")

POSTING_SCOPE: Final = "chat:write"

SCOPE_USES: Final = (
    ScopeUse(
        POSTING_SCOPE,
        "threads, and answers in them",
        ("chat.postMessage", "chat.update", "chat.delete", "chat.postEphemeral"),
    ),
    ScopeUse("channels:read", "finds #releases by its name, and whether the bot is in it", _CHANNELS),
    ScopeUse("groups:read", "the same for private channels", _CHANNELS),
    ScopeUse(
        "files:write",
        "diffs and evidence as files in a thread",
        ("files.getUploadURLExternal", "files.completeUploadExternal"),
    ),
    ScopeUse(
        "channels:history",
        "after a lost answer: looks for the message instead of posting it again",
        _HISTORY,
        is_optional=True,
    ),
    ScopeUse("groups:history", "the same in private channels", _HISTORY, is_optional=True),
    ScopeUse("links:write", "previews of links to our own pages", ("chat.unfurl",), is_optional=True),
)

FREE_METHODS: Final = frozenset(
    {
        "apps.connections.open",  # with the app-level token and its scope connections:write
        "auth.test",
        "chat.getPermalink",
        "functions.completeError",
        "functions.completeSuccess",
        "oauth.v2.access",  # with the client id and secret
        "views.open",
        "views.publish",
        "views.push",
        "views.update",
    }
)
"""Methods that need no scope of the bot token."""

OPTIONAL_SCOPES: Final = frozenset(use.scope for use in SCOPE_USES if use.is_optional)
REQUIRED_SCOPES: Final = frozenset(use.scope for use in SCOPE_USES if not use.is_optional)
