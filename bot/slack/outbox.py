"""Tells people what was found out, each thing exactly once: what is wanted is stored first, then sent."""

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
from bot.slack.requester import Requester
from bot.slack.sender import ThreadSender
from bot.slack.web_api import SlackTransport, client_for, session_for_slack
from bot.store import Store
from bot.store.threads import Address, Desired, State, Thread, Threads, new_intent
from bot.store.threads.sending import Sending

LOCK_MS: Final = 15_000
"""What a killed sender leaves of its turn: by then each request that it began has ended (TransportLimits.stale)."""

AHEAD: Final = 12 * 3600.0
"""Seconds; what a person waits for is sent before all that waits since less than that (LINE_AGE_MAX is twice that)."""

CONFLICTS_MAX: Final = 20
"""Reports on one image that may come in between, before something else must be wrong."""

_Plan: TypeAlias = Callable[[Thread | None], tuple[Desired, ...]]


@dataclass(frozen=True, slots=True)
class Change:
    """What was there before, and what is there now."""

    before: Thread | None
    now: Thread | None


class Outbox:
    """Publishes reports and troubles as Slack threads, or on the pages alone when there is no Slack."""

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
        """Bring the thread of that image up to date; the same report twice changes nothing.

        `channel` is a name or an id, "" for the default one; `requested_by` a Slack user who wants to see it happen.
        `owners` come from the policy and from nowhere else: they are called when the image first fails.
        Raises PostingError and StoreError, with `retry_after`; what Slack refuses for good is logged, not raised.
        """
        place = await self._places.of(channel)
        intent = new_intent()

        def of_report(thread: Thread | None) -> tuple[Desired, ...]:
            asked = bool(requested_by)
            return plan(thread, report, intent=intent, forced=asked, base_url=self._base_url, owners=owners)

        told = await self._bring(place, report.image, of_report, ahead=AHEAD if requested_by else 0.0)
        await self._requester.after_report(report, place, told.before, told.now, response_url)

    async def publish_trouble(  # noqa: PLR0913 - one call tells the whole of it
        self,
        image: str,
        what_was_tried: str,
        *,
        channel: str,
        retry_at: datetime | None = None,
        final: bool = False,
        requested_by: str = "",  # noqa: ARG002 - who asked hears it through response_url
        response_url: str = "",
    ) -> None:
        """Say that a check did not work: what we did and what answered, in a sentence.

        Who asked hears it alone; without a way to them it goes to the thread.
        """
        trouble = CheckFailure(image, what_was_tried, retry_at, final)
        if response_url and await self._requester.trouble(trouble, response_url):
            return
        place = await self._places.of(channel)
        intent, now = new_intent(), await self._store.now()
        await self._bring(place, image, lambda thread: plan_failure(thread, trouble, intent=intent, now=now))

    async def _bring(self, place: Destination, image: str, plan_for: _Plan, *, ahead: float = 0.0) -> Change:
        """Store what is wanted, then send it."""
        address = Address(place.team, place.channel, image)
        before = await self._want(address, plan_for, ahead)
        now = await self._threads.get(address)
        if now is not None and now.is_pending:
            await self._sender.flush(address, place.transport)
            now = await self._threads.get(address)
            if now is not None and now.parent.state is State.GONE:  # only Slack could say so: perhaps this is news
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
    """The outbox of these settings, with one HTTP session for as long as the block lasts."""
    async with session_for_slack() as session:
        slack = None
        if settings.slack_bot_token is not None:
            client = client_for(settings.slack_bot_token.get_secret_value(), settings.slack_api_url, session)
            slack = SlackTransport(client)
        requester = Requester(Ephemeral(store, session, settings.slack_api_url))
        yield Outbox(store, Destinations(store, slack, settings.slack_channel), requester, base_url=settings.base_url)
