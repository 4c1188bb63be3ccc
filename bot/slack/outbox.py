"""Publishes releases and failures as threads. The desired messages are stored first, then sent exactly once."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

from bot.attention import NotePlace
from bot.errors import PostingError
from bot.render.release.view import ReleaseView
from bot.render.slack.check_failure import CheckFailure
from bot.render.slack.message import MessageDraft
from bot.settings import Settings
from bot.slack.answers import Answers
from bot.slack.choices import as_chosen
from bot.slack.desired import desired
from bot.slack.destinations import Destination, Destinations
from bot.slack.ephemeral import Ephemeral
from bot.slack.local_transport import TEAM
from bot.slack.notify import is_for_digest
from bot.slack.plan import plan
from bot.slack.plan_failure import is_untold, plan_failure
from bot.slack.plan_silence import plan_silence, subject_of
from bot.slack.problems import UNDELIVERED, problem_of, says
from bot.slack.requester import NOBODY, Asker, Opens, Requester
from bot.slack.scopes import POSTING_SCOPE
from bot.slack.sender import ThreadSender
from bot.slack.takeover import TakeOver
from bot.slack.transport import Refused
from bot.slack.updater import ThreadRead, ThreadUpdater
from bot.slack.web_api import SlackTransport, client_for, session_for_slack
from bot.store import Store
from bot.store.attention import Notes
from bot.store.channel_choices import ChannelChoices, StoredChoices
from bot.store.passed import PassedReleases
from bot.store.silence import SilentSource
from bot.store.slack_problems import SlackProblem, SlackProblems
from bot.store.threads import Address, Desired, MessageState, Thread, Threads, new_intent
from bot.store.threads.sending import Sending

if TYPE_CHECKING:  # large, and not needed without Slack
    from slack_sdk.web.async_client import AsyncWebClient

LOCK_MS: Final = 15_000
"""A killed sender's lock lasts this long; by then each of its requests has ended (TransportLimits.stale)."""

AHEAD: Final = 12 * 3600.0
"""Seconds; a message that a person waits for passes all that wait for less than that (LINE_AGE_MAX is twice that)."""

UNDELIVERED_AGAIN: Final = 300.0
"""Seconds, for those who do not keep what Slack did not take."""

ReleaseSource: TypeAlias = Callable[[], Awaitable[ReleaseView]]
"""Reads the release as it is now."""


class Outbox:
    """Publishes releases and failed checks as Slack threads, or only on the pages if Slack is not configured."""

    def __init__(
        self, store: Store, places: Destinations, requester: Requester, *, base_url: str = "", lock_ms: int = LOCK_MS
    ) -> None:
        self._store = store
        self._threads = Threads(store)
        self._notes = Notes(store)
        sender = ThreadSender(self._threads, Sending(store, self._threads, lock_ms=lock_ms))
        self._updater = ThreadUpdater(self._threads, sender)
        self._places = places
        self._requester = requester
        self._base_url = base_url
        self._choices = StoredChoices(store)
        self._passed = PassedReleases(store)
        self._problems = SlackProblems(store)
        self._takeover = TakeOver(store, self._threads, sender)

    async def publish(
        self,
        load: ReleaseSource,
        *,
        subject: str,
        channel: str,
        asker: Asker = NOBODY,
    ) -> bool:
        """Update the thread of the release with that subject. It is idempotent. Returns whether there is a thread.

        `load` is called after the thread was read, so that an older view never replaces a newer one. `channel` is a
        name or an id, "" for the default channel. Raises PostingError and StoreError, with `retry_after`. A permanent
        refusal by Slack is logged, not raised.
        """
        place = await self._places.of(channel)
        address = Address(place.team, place.channel, subject)
        seen = await self._threads.get(address)
        choices = await self._chosen(place)
        release = as_chosen(await load(), choices)
        images = tuple(one.image for one in release.images)
        intent = new_intent()
        has_old = await self._takeover.adopt(address, images)
        views = [] if has_old else [release]  # what was read after `seen`; after an adoption all is read again

        async def of_release(thread: Thread | None) -> tuple[Desired, ...]:
            if thread is None and asker.opens is Opens.NEVER:
                return ()
            forced = bool(asker.user) if thread else asker.opens is Opens.ALWAYS
            said = await self._notes.about(NotePlace(place.team, place.channel, subject))
            view = views.pop() if views else as_chosen(await load(), choices)
            view = view.with_attention(said, await self._store.now())
            return plan(thread, view, intent=intent, forced=forced, base_url=self._base_url)

        if is_for_digest(release):
            await self._passed.add(address)
        ahead = AHEAD if asker.user else 0.0
        first = None if has_old else ThreadRead(seen)
        change = await self._updater.update(place, address, of_release, ahead=ahead, first=first)
        if has_old and change.now is not None:
            await self._takeover.close(change.now, release.title, images, place)
        await self._requester.after_report(release, place, change.before, change.now, asker.to)
        await self._delivered(place, change.now)
        return change.now is not None

    async def _chosen(self, place: Destination) -> ChannelChoices:
        """What people chose for that channel; nothing for the pages."""
        if place.team == TEAM:
            return ChannelChoices(team=TEAM, channel=place.channel)
        return await self._choices.of(place.team, place.channel)

    async def answer(self, image: ReleaseView, subject: str, *, channel: str, asker: Asker) -> None:
        """Answer a person about one image, and link the thread of its release in that channel.

        `subject` is the release's; `image` is a view of that image alone. Raises as `publish` does.
        """
        place = await self._places.of(channel)
        thread = await self._threads.get(Address(place.team, place.channel, subject))
        await self._requester.answer(image, place, thread, asker.to, base_url=self._base_url)

    async def publish_failure(
        self, subject: str, failure: CheckFailure, *, channel: str, asker: Asker = NOBODY
    ) -> None:
        """Publish that a check did not work, in the thread of the release with that subject.

        Without a thread only the end of all attempts starts one, or a person who asked. If a person can be answered,
        only they are told. Raises as `publish` does.
        """
        if asker.to and await self._requester.failure(failure, asker.to):
            return
        place = await self._places.of(channel)
        address = Address(place.team, place.channel, subject)
        intent, now = new_intent(), failure.at or await self._store.now()
        opens = failure.final or asker.opens is Opens.ALWAYS

        async def of_failure(thread: Thread | None, *, is_news: bool = False) -> tuple[Desired, ...]:
            return plan_failure(thread, failure, intent=intent, now=now, is_news=is_news) if thread or opens else ()

        await self._takeover.adopt(address, (failure.image,))
        change = await self._updater.update(place, address, of_failure)
        if is_untold(change.before, change.now, failure.image):  # only sending shows that somebody has deleted it
            change = await self._updater.update(place, address, partial(of_failure, is_news=True))
        await self._delivered(place, change.now)

    async def publish_unreachable(
        self, subject: str, image: str, what_was_tried: str, *, channel: str, retry_at: datetime | None = None
    ) -> None:
        """Publish that a released image has not been reachable for days. Raises as `publish` does."""
        failure = CheckFailure(image, what_was_tried, retry_at)
        await self.publish_failure(subject, failure, channel=channel, asker=Asker(opens=Opens.ALWAYS))

    async def notice_silence(self, silent: SilentSource, *, channel: str) -> None:
        """Publish that a webhook source is silent, or is heard again. It is idempotent.

        Raises PostingError and StoreError, with `retry_after`.
        """
        place = await self._places.of(channel)
        address = Address(place.team, place.channel, subject_of(silent.source))
        intent, now = new_intent(), await self._store.now()

        async def of_silence(thread: Thread | None) -> tuple[Desired, ...]:
            return plan_silence(thread, silent, intent=intent, now=now)

        await self._delivered(place, (await self._updater.update(place, address, of_silence)).now)

    async def _delivered(self, place: Destination, thread: Thread | None) -> None:
        """Raise PostingError (UNDELIVERED) if a person must do something before Slack takes all of it."""
        problem = place.problem or next(_problems(thread, place.name), None)
        if thread is None or problem is None:
            return
        await self._problems.put(problem)
        raise PostingError(says(problem), code=UNDELIVERED, retry_after=UNDELIVERED_AGAIN)

    async def publish_digest(self, subject: str, draft: MessageDraft, *, channel: str) -> None:
        """Post a digest, once for each subject: a later call with another text changes nothing.

        Raises PostingError and StoreError, with `retry_after`.
        """
        place = await self._places.of(channel)
        address = Address(place.team, place.channel, subject)

        async def of_digest(thread: Thread | None) -> tuple[Desired, ...]:
            fields = {"verdict": "", "since": "0", "digest": ""}
            return () if thread else (desired("", draft, intent=new_intent(), fields=fields),)

        await self._updater.update(place, address, of_digest)


def _problems(thread: Thread | None, where: str) -> Iterator[SlackProblem]:
    """What a person must do something about, of the messages that Slack refused."""
    for message in (thread.parent, *thread.replies) if thread else ():
        if message.state is MessageState.FAILED and (
            problem := problem_of(Refused(message.code, POSTING_SCOPE), where)
        ):
            yield problem


@asynccontextmanager
async def open_outbox(settings: Settings, store: Store) -> AsyncIterator[Outbox]:
    """The outbox for these settings, with one HTTP session while the block runs."""
    async with session_for_slack(settings.proxies()) as session:
        token = settings.slack_bot_token
        client = client_for(token.get_secret_value(), settings.slack_api_url, session) if token else None
        answers = Answers(store, Ephemeral(store, session, settings.slack_api_url), client)
        yield outbox_of(store, client, answers, default=settings.slack_channel, base_url=settings.pages_url)


def outbox_of(
    store: Store, client: "AsyncWebClient | None", answers: Answers, *, default: str = "", base_url: str = ""
) -> Outbox:
    """An outbox with parts that are open. `default` is the channel of images whose policy names none."""
    slack = SlackTransport(client) if client else None
    return Outbox(store, Destinations(store, slack, default), Requester(answers), base_url=base_url)
