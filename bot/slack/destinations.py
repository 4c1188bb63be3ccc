"""Where a report is posted: a channel of a workspace, or only the pages. The log says why."""

from dataclasses import dataclass
from typing import Final

import structlog

from bot.errors import PostingError
from bot.slack.channels import Channels
from bot.slack.local_transport import CHANNEL, PAGES_ONLY, TEAM, LocalTransport
from bot.slack.transport import Refused, RetryLater, Transport
from bot.slack.web_api import BotIdentity, SlackTransport
from bot.store import Store

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Destination:
    """One channel of one workspace, and its transport."""

    team: str
    channel: str
    transport: Transport


class Destinations:
    """Resolves the channel of the policy, the settings or a person."""

    def __init__(self, store: Store, slack: SlackTransport | None, default: str) -> None:
        self._store = store
        self._slack = slack
        self._default = default
        self._pages: Final = Destination(TEAM, CHANNEL, LocalTransport(store))

    async def of(self, channel: str) -> Destination:
        """That channel, else the default one, else the pages.

        Raises PostingError if Slack does not answer now; the job is then retried later.
        """
        wanted = channel or self._default
        if self._slack is None or channel == PAGES_ONLY:
            return self._pages
        if not wanted:
            log.warning("no channel is set (SLACK_CHANNEL): the thread is on the pages only")
            return self._pages
        identity = await self._slack.identity()
        match identity:
            case BotIdentity(team):
                return await self._channel(self._slack, team, wanted)
            case RetryLater(seconds, why):
                raise PostingError(why, code="later", retry_after=seconds)
            case Refused(code):
                log.error("Slack refuses the token: threads are on the pages only", code=code)
                return self._pages

    async def _channel(self, slack: SlackTransport, team: str, wanted: str) -> Destination:
        match await Channels(slack.client, self._store, team).id_of(wanted):
            case str(found):
                return Destination(team, found, slack)
            case RetryLater(seconds, why):
                raise PostingError(why, code="later", retry_after=seconds)
            case Refused(code, needed):
                advice = "invite the bot to it, or set SLACK_CHANNEL to its id"
                log.error("channel not found", channel=wanted, code=code, needed=needed, advice=advice)
                return self._pages
