"""App Home of one person: reads what they may see, and publishes it. A person sees the channels that they are in."""

from typing import TYPE_CHECKING, Final

import structlog
from msgspec import Struct

from bot.digest.content import Ending
from bot.intake.talk import ShowHome
from bot.jobs.digest_contents import DigestContents
from bot.render.slack.escape import is_safe
from bot.render.slack.home import PER_PAGE, HomeContent, HomeRelease, HomeWatch, home
from bot.report import Verdict
from bot.slack.classify import answer_of, failures
from bot.slack.later import raise_if_later
from bot.slack.membership import channels_of
from bot.store import Store
from bot.store.passed import PASSES_TTL, PassedReleases
from bot.store.threads import Address, MessageState
from bot.store.threads.listing import addresses, parents
from bot.store.watches import StoredWatches
from bot.values import replace

if TYPE_CHECKING:  # large, and not needed without Slack
    from slack_sdk.web.async_client import AsyncWebClient

CHANNELS_MAX: Final = 100
"""Channels of which the snoozes and waivers are read."""

_ORDER: Final = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.WARN, Verdict.PASS)

log = structlog.get_logger(__name__)


class Homes(Struct, frozen=True):
    """Publishes them. Every method may raise StoreError, and PostingError when Slack does not answer now."""

    store: Store
    client: "AsyncWebClient"

    async def show(self, job: ShowHome) -> None:
        """Publish the view. One that was changed meanwhile by another request stays as it is."""
        now = await self.store.now()
        channels = await channels_of(self.client, job.user)
        content = await self.content(job.team, channels, page=job.page, now=now)
        view = home(replace(content, notice=job.notice if is_safe(job.notice, ()) else ""), now)
        more = {"hash": job.hash} if job.hash else {}
        try:
            await self.client.views_publish(user_id=job.user, view=view, **more)
        except failures() as error:
            refused = answer_of(error)
        else:
            return
        raise_if_later(refused)
        log.warning("App Home not published", user=job.user, answer=str(refused))

    async def content(self, team: str, channels: frozenset[str], *, page: int, now: float) -> HomeContent:
        """What somebody sees who is in these channels."""
        releases = await self._releases(team, channels, now)
        last = max(0, (len(releases) - 1) // PER_PAGE)
        page = min(max(page, 0), last)
        watches = [watch for watch in await StoredWatches(self.store).all() if watch.channel in channels]
        return HomeContent(
            tuple(releases[page * PER_PAGE : (page + 1) * PER_PAGE]),
            page,
            len(releases),
            tuple(HomeWatch(watch.glob, watch.tags, watch.channel) for watch in watches),
            await self._ending(team, channels, now),
        )

    async def _releases(self, team: str, channels: frozenset[str], now: float) -> list[HomeRelease]:
        """Those that fail come first, the one that fails for the longest time before the others."""
        seen = [one for one in await addresses(self.store) if one.team == team and one.channel in channels]
        found = {
            (address.channel, address.subject): HomeRelease(
                address.subject.removesuffix(" (rolling)"), Verdict(parent.verdict), address.channel, parent.since
            )
            for address, parent in await parents(self.store, seen)
            if parent.verdict in set(Verdict) and parent.state is not MessageState.GONE
        }
        passed = PassedReleases(self.store)
        for place, channel in await passed.channels():
            if place == team and channel in channels:
                for subject in await passed.since(Address(team, channel, ""), now - PASSES_TTL):
                    title = subject.removesuffix(" (rolling)")
                    found.setdefault((channel, subject), HomeRelease(title, Verdict.PASS, channel))
        return sorted(found.values(), key=lambda one: (_ORDER.index(one.verdict), one.since, one.title, one.channel))

    async def _ending(self, team: str, channels: frozenset[str], now: float) -> tuple[Ending, ...]:
        contents, found = DigestContents(self.store), list[Ending]()
        known = sorted({channel for place, channel in await contents.channels() if place == team} & channels)
        for channel in known[:CHANNELS_MAX]:
            found += await contents.ending(team, channel, now)
        return tuple(sorted(found, key=lambda one: one.at))
