"""The part of a worker that sends digests: one of all workers does it at a time.

A digest is a message like others: what it says is stored before it is sent, and it is posted once, whatever happens in
between. The mark that it is dealt with is written afterwards, under the lease.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final, Protocol

import structlog
from msgspec import Struct

from bot.digest.schedule import Schedule, parse
from bot.errors import PostingError
from bot.jobs.digest_contents import DigestContents
from bot.polling.poller import holder
from bot.render.slack.digest import digest
from bot.render.slack.message import MessageDraft
from bot.settings import Settings
from bot.slack.local_transport import TEAM
from bot.store import Store
from bot.store.digest_marks import DigestMarks
from bot.store.lease import Lease, Leases
from bot.store.leased import while_leased
from bot.store.threads import Address

THING: Final = "digests"
"""The name of the lease."""

LEASE: Final = 120.0
"""Seconds after which another process sends digests, when this one is gone."""

BEAT: Final = 30.0
"""Seconds between two looks at what is due."""

POST_MAX: Final = 60.0
"""Seconds for one digest; then the others have their turn."""

log = structlog.get_logger(__name__)


class DigestPublisher(Protocol):
    """Where digests go; the outbox is one."""

    async def publish_digest(self, subject: str, draft: MessageDraft, *, channel: str) -> None:
        """Post it, once for each subject. Raises PostingError and StoreError."""


class DigestSender(Struct, frozen=True):
    """Sends what is due. `now` is the store's clock."""

    contents: DigestContents
    marks: DigestMarks
    leases: Leases
    publisher: DigestPublisher
    default: Schedule
    now: Callable[[], Awaitable[float]]
    beat: float = BEAT

    async def run(self, stop: asyncio.Event) -> None:
        """Send digests until `stop` is set. Raises nothing: without digests a worker is still a worker."""
        await while_leased(self.leases, stop, self.round, beat=self.beat, failed="no digests")

    async def round(self, lease: Lease) -> int:
        """Send what is due now; how many were dealt with. Raises StoreError."""
        chosen = {(one.team, one.channel): one.schedule for one in await self.marks.all()}
        done = 0
        for team, channel in sorted(await self.contents.channels() | chosen.keys()):
            if team == TEAM:  # the pages show everything at any time
                continue
            schedule = chosen.get((team, channel), self.default)
            done += await self._channel(Address(team, channel, ""), schedule, lease)
            if await self.leases.take() != lease:  # it lasts for the next one, or another process has it
                break
        return done

    async def _channel(self, address: Address, schedule: Schedule, lease: Lease) -> bool:
        now = await self.now()
        due, last = schedule.latest_due(now), await self.marks.last(address)
        if due is None or (last is not None and due <= last):
            return False
        if last is not None:
            content = await self.contents.of(address.team, address.channel, since=last, now=now)
            subject = f"digest of {due:.0f}"  # three words are never the name of a release
            draft = digest(content, now=now, period=subject)
            if not content.is_empty and not await self._post(address, subject, draft):
                return False
        return await self.marks.mark(address, due, lease)  # a channel that is new gets its first one the next time

    async def _post(self, address: Address, subject: str, draft: MessageDraft) -> bool:
        try:
            async with asyncio.timeout(POST_MAX):
                await self.publisher.publish_digest(subject, draft, channel=address.channel)
        except (PostingError, TimeoutError) as error:
            log.warning("digest not posted yet", channel=address.channel, why=str(error) or type(error).__name__)
            return False
        log.info("digest posted", channel=address.channel, subject=subject)
        return True


@asynccontextmanager
async def sending_digests(
    store: Store, settings: Settings, stop: asyncio.Event, publisher: DigestPublisher
) -> AsyncIterator[None]:
    """Send digests while the block runs, until `stop` is set; nothing without Slack."""
    if settings.slack_bot_token is None:
        yield
        return
    task = asyncio.create_task(digest_sender(store, settings, publisher).run(stop))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def digest_sender(store: Store, settings: Settings, publisher: DigestPublisher) -> DigestSender:
    """The sender of these settings."""
    return DigestSender(
        DigestContents(store),
        DigestMarks(store),
        Leases(store, THING, holder(), seconds=LEASE),
        publisher,
        parse(settings.digest),
        store.now,
    )
