"""Publishes reports and failures as threads. The desired messages are stored first, then sent exactly once."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from bot.errors import PostingError
from bot.render.slack.check_failure import CheckFailure
from bot.report import Report
from bot.settings import Settings
from bot.slack.destinations import Destination, Destinations
from bot.slack.ephemeral import Ephemeral
from bot.slack.plan import plan
from bot.slack.plan_failure import plan_failure
from bot.slack.plan_silence import plan_silence, subject_of
from bot.slack.requester import Requester
from bot.slack.sender import ThreadSender
from bot.slack.web_api import SlackTransport, client_for, session_for_slack
from bot.store import Store
from bot.store.silence import SilentSource
from bot.store.threads import Address, Desired, MessageState, Thread, Threads, new_intent
from bot.store.threads.sending import Sending

LOCK_MS: Final = 15_000
"""A killed sender's lock lasts this long; by then each of its requests has ended (TransportLimits.stale)."""

AHEAD: Final = 12 * 3600.0
"""Seconds; a message that a person waits for passes all that wait for less than that (LINE_AGE_MAX is twice that)."""

CONFLICTS_MAX: Final = 20
"""Attempts to store a plan while other reports change the same thread."""

_Plan: TypeAlias = Callable[[Thread | None], tuple[Desired, ...]]


@dataclass(frozen=True, slots=True)
class Change:
    """A thread before and after."""

    before: Thread | None
    now: Thread | None


class Outbox:
    """Publishes reports and failed checks as Slack threads, or only on the pages if Slack is not configured."""

    def __init__(
        self, store: Store, places: Destinations, requester: Requester, *, base_url: str = "", lock_ms: int = LOCK_MS
    ) -> None:
        self._store = store
        self._threads = Threads(store)
        self._sender = ThreadSender(self._threads, Sending(store, self._threads, lock_ms=lock_ms))
        self._places = places
        self._requester = requester
        self._base_url = base_url

    async def publish(
        self,
        report: Report,
        *,
        channel: str,
        owners: tuple[str, ...] = (),
        requested_by: str = "",
        response_url: str = "",
    ) -> None:
        """Update the thread of that image. It is idempotent.

        `channel` is a name or an id, "" for the default channel; `requested_by` is the Slack user who asked.
        `owners` come only from the policy; they are mentioned when the image first fails.
        Raises PostingError and StoreError, with `retry_after`. A permanent refusal by Slack is logged, not raised.
        """
        place = await self._places.of(channel)
        intent = new_intent()

        def of_report(thread: Thread | None) -> tuple[Desired, ...]:
            asked = bool(requested_by)
            return plan(thread, report, intent=intent, forced=asked, base_url=self._base_url, owners=owners)

        change = await self._bring(place, report.image, of_report, ahead=AHEAD if requested_by else 0.0)
        await self._requester.after_report(report, place, change.before, change.now, response_url)

    async def publish_failure(  # noqa: PLR0913 - everything in one call
        self,
        image: str,
        what_was_tried: str,
        *,
        channel: str,
        retry_at: datetime | None = None,
        final: bool = False,
        requested_by: str = "",  # noqa: ARG002 - the answer goes through response_url
        response_url: str = "",
    ) -> None:
        """Publish that a check did not work; `what_was_tried` is a sentence.

        If a person asked, only they get the answer; without a response_url it goes into the thread.
        """
        failure = CheckFailure(image, what_was_tried, retry_at, final)
        if response_url and await self._requester.failure(failure, response_url):
            return
        place = await self._places.of(channel)
        intent, now = new_intent(), await self._store.now()
        await self._bring(place, image, lambda thread: plan_failure(thread, failure, intent=intent, now=now))

    async def notice_silence(self, silent: SilentSource, *, channel: str) -> None:
        """Publish that a webhook source is silent, or is heard again. It is idempotent.

        Raises PostingError and StoreError, with `retry_after`.
        """
        place = await self._places.of(channel)
        intent, now = new_intent(), await self._store.now()
        subject = subject_of(silent.source)
        await self._bring(place, subject, lambda thread: plan_silence(thread, silent, intent=intent, now=now))

    async def _bring(self, place: Destination, image: str, plan_for: _Plan, *, ahead: float = 0.0) -> Change:
        """Store the desired messages, then send them."""
        address = Address(place.team, place.channel, image)
        before = await self._want(address, plan_for, ahead)
        now = await self._threads.get(address)
        if now is not None and now.is_pending:
            await self._sender.flush(address, place.transport)
            now = await self._threads.get(address)
            # Only sending shows that somebody has deleted the thread; then plan again.
            if now is not None and now.parent.state is MessageState.GONE:
                return Change(before, (await self._bring(place, image, plan_for, ahead=ahead)).now)
        return Change(before, now)

    async def _want(self, address: Address, plan_for: _Plan, ahead: float) -> Thread | None:
        for _ in range(CONFLICTS_MAX):
            thread = await self._threads.get(address)
            wanted = plan_for(thread)
            if not wanted or await self._threads.want(address, thread, wanted, ahead=ahead):
                return thread
        raise PostingError("too many reports on that image at once", code="busy", retry_after=5.0)


@asynccontextmanager
async def open_outbox(settings: Settings, store: Store) -> AsyncIterator[Outbox]:
    """The outbox for these settings, with one HTTP session while the block runs."""
    async with session_for_slack() as session:
        slack = None
        if settings.slack_bot_token is not None:
            client = client_for(settings.slack_bot_token.get_secret_value(), settings.slack_api_url, session)
            slack = SlackTransport(client)
        requester = Requester(Ephemeral(store, session, settings.slack_api_url))
        yield Outbox(store, Destinations(store, slack, settings.slack_channel), requester, base_url=settings.base_url)
