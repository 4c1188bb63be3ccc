"""The state of the pretended workspace: channels, messages, triggers, response URLs."""

import time
from typing import Any

from msgspec import Struct, field

TRIGGER_SECONDS = 3.0
RESPONSE_USES, RESPONSE_SECONDS = 5, 30 * 60.0
SCOPES = frozenset(
    {
        "commands",
        "chat:write",
        "channels:read",
        "groups:read",
        "channels:history",
        "groups:history",
        "files:write",
        "app_mentions:read",
        "links:read",
        "links:write",
    },
)


class SlackError(Exception):
    """Slack's `ok: false`."""

    def __init__(self, code: str, **more: object) -> None:
        super().__init__(code)
        self.code = code
        self.more: dict[str, object] = more


class Channel(Struct):
    id: str
    name: str
    is_member: bool = True
    is_archived: bool = False
    is_private: bool = False
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    people: set[str] | None = None  # who is in it besides the bot; None = everybody

    def has(self, user: str) -> bool:
        return self.people is None or user in self.people


class ResponseUrl(Struct):
    channel: str
    user: str
    made: float
    uses: int = 0
    got: list[dict[str, Any]] = field(default_factory=list)


class Workspace(Struct):
    """Everything that the methods read and change. `now` is Slack's clock."""

    team: str = "T0MICROCKS"
    bot: str = "B0PROV"
    app: str = "A0PROV"
    bot_user: str = "U0PROV"
    token: str = "xoxb-fake-token"
    secret: str = "8f742231b10e8888abcd99yyyzzz85a5"
    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    channels: dict[str, Channel] = field(default_factory=dict)
    triggers: dict[str, float] = field(default_factory=dict)
    used_triggers: set[str] = field(default_factory=set)
    views: dict[str, dict[str, Any]] = field(default_factory=dict)
    responses: dict[str, ResponseUrl] = field(default_factory=dict)
    ephemerals: list[dict[str, Any]] = field(default_factory=list)
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)  # executions of workflow steps, and how they ended
    uploads: dict[str, Any] = field(default_factory=dict)  # files.Upload by id
    handles: dict[str, str] = field(default_factory=lambda: {"U0ALICE": "alice"})  # by the user's id
    url: str = ""  # where the server is
    last_ts: int = 0

    def now(self) -> float:
        return time.time()

    def stamp(self) -> str:
        """A new `ts`: unique and growing."""
        self.last_ts = max(int(self.now() * 1_000_000), self.last_ts + 1)
        return f"{self.last_ts // 1_000_000}.{self.last_ts % 1_000_000:06d}"

    def find(self, name: str) -> Channel:
        """A channel by id or `#name`, whoever is in it."""
        found = self.channels.get(name) or next((c for c in self.channels.values() if f"#{c.name}" == name), None)
        if found is None:
            raise SlackError("channel_not_found")
        return found

    def writable(self, name: str) -> Channel:
        if name[:1] in ("U", "W") and name not in self.channels:  # a person's id opens the direct messages with them
            return self.channels.setdefault(f"D{name[1:]}", Channel(f"D{name[1:]}", "", people={name}))
        channel = self.find(name)
        if channel.is_archived:
            raise SlackError("is_archived")
        if not channel.is_member:
            raise SlackError("channel_not_found" if channel.is_private else "not_in_channel")
        return channel

    def need(self, *any_of: str) -> None:
        """Refuse when none of the scopes was granted."""
        if not self.scopes & set(any_of):
            raise SlackError("missing_scope", needed=any_of[0], provided=",".join(sorted(self.scopes)))

    def spend_trigger(self, trigger: str) -> None:
        """A trigger lives three seconds and opens one view."""
        if trigger in self.used_triggers:
            raise SlackError("exchanged_trigger_id")
        made = self.triggers.get(trigger)
        if made is None:
            raise SlackError("invalid_trigger_id")
        if self.now() - made > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        self.used_triggers.add(trigger)
