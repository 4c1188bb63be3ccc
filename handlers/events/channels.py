"""The bot was invited to a channel, or a channel was unarchived: what could not be posted there is posted now.

https://docs.slack.dev/reference/events/member_joined_channel
"""

from typing import Any

from msgspec import Struct
from slack_bolt.async_app import AsyncApp

from bot.jobs.slack_setup import hasten
from bot.store import Store
from bot.store.undelivered import Undelivered
from handlers.events.stored_first import on_event


class ChannelListener(Struct, frozen=True):
    """Has the Slack setup looked at again, if anything waits to be posted."""

    store: Store

    async def heard(self, body: dict[str, Any]) -> None:
        """Raises StoreError: Slack will deliver the event again."""
        if is_about_us(body) and await Undelivered(self.store).count():
            await hasten(self.store)


def is_about_us(body: dict[str, Any]) -> bool:
    """Not when somebody else joined a channel. Slack names our own user in `authorizations`."""
    event, authorizations = body.get("event"), body.get("authorizations")
    joined = event.get("user") if isinstance(event, dict) and event.get("type") == "member_joined_channel" else None
    if joined is None or not isinstance(authorizations, list):
        return True
    return any(isinstance(one, dict) and one.get("user_id") == joined for one in authorizations)


def register(app: AsyncApp, listener: ChannelListener) -> None:
    """Add the listeners to the application."""
    on_event(app, "member_joined_channel", listener.heard)
    on_event(app, "channel_unarchive", listener.heard)
    on_event(app, "group_unarchive", listener.heard)
