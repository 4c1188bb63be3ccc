"""`link_shared`: somebody posted a link to one of our pages, and a worker shows what is behind it.

https://docs.slack.dev/messaging/unfurling-links-in-messages
"""

import asyncio
from typing import Annotated, Any

import structlog
from msgspec import Struct
from pydantic import Field, ValidationError
from slack_bolt.async_app import AsyncApp

from bot.intake.job import JobQueue
from bot.intake.talk import LINKS_MAX, Unfurl
from bot.slack.our_links import URL_MAX, our_link
from handlers.events.envelope import EventPart, Id
from handlers.events.mention import TIME_MAX
from handlers.events.stored_first import on_event

log = structlog.get_logger(__name__)


class SharedLink(EventPart):
    """One link of the message."""

    url: str = ""


class SharedLinks(EventPart):
    """The event. While somebody still types (`source` is composer), the message does not exist yet."""

    channel: Id
    message_ts: Annotated[str, Field(pattern=r"^[0-9]{1,20}\.[0-9]{1,10}$")]
    links: Annotated[tuple[SharedLink, ...], Field(max_length=200)] = ()


class LinkEvent(EventPart):
    """The envelope."""

    event_id: Id
    team_id: Id = ""
    event: SharedLinks


class LinkListener(Struct, frozen=True):
    """Queues the previews before the event is acknowledged. `base_url` is the address of our pages, "" for none."""

    queue: JobQueue
    base_url: str

    async def shared(self, body: dict[str, Any]) -> None:
        """Raises StoreError and TimeoutError if it could not be stored: Slack delivers the event again."""
        try:
            read = LinkEvent.model_validate(body)
        except ValidationError as error:
            log.info("links without a message", fields=[entry["loc"] for entry in error.errors()][:5])
            return
        urls = [link.url for link in read.event.links if len(link.url) <= URL_MAX]
        ours = tuple(dict.fromkeys(url for url in urls if our_link(url, self.base_url)))[:LINKS_MAX]
        if ours:
            job = Unfurl(team=read.team_id, channel=read.event.channel, ts=read.event.message_ts, urls=ours)
            async with asyncio.timeout(TIME_MAX):
                await self.queue.talk(job, key=f"unfurl:{read.event_id}")


def register(app: AsyncApp, listener: LinkListener) -> None:
    """Add the listener to the application."""
    on_event(app, "link_shared", listener.shared)
