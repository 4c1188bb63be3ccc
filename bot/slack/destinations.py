"""Where a report is posted: a channel of a workspace, or only the pages. The log says why."""

from typing import Final

import structlog
from msgspec import Struct

from bot.errors import PostingError
from bot.slack.channels import Channels
from bot.slack.local_transport import CHANNEL, PAGES_ONLY, TEAM, LocalTransport
from bot.slack.problems import advice, problem_of, says
from bot.slack.transport import Refused, RetryLater, Transport
from bot.slack.web_api import BotIdentity, SlackTransport
from bot.store import Store
from bot.store.slack_problems import ProblemCode, SlackProblem
from bot.values import replace

log = structlog.get_logger(__name__)


class Destination(Struct, frozen=True):
    """One channel of one workspace, and its transport.

    `name` is the channel as it was named. `problem` says why it is the pages instead of that channel. On the pages
    (`is_stored`), a message that is in the store is posted.
    """

    team: str
    channel: str
    transport: Transport
    name: str = ""
    problem: SlackProblem | None = None
    is_stored: bool = False


class Destinations:
    """Resolves the channel of the policy, the settings or a person."""

    def __init__(self, store: Store, slack: SlackTransport | None, default: str) -> None:
        self._store = store
        self._slack = slack
        self._default = default
        self._pages: Final = Destination(TEAM, CHANNEL, LocalTransport(store), is_stored=True)

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
            case Refused() as refused:
                return self._instead(problem_of(refused) or SlackProblem(code=ProblemCode.TOKEN_REFUSED), wanted)

    async def _channel(self, slack: SlackTransport, team: str, wanted: str) -> Destination:
        match await Channels(slack.client, self._store, team).id_of(wanted):
            case str(found):
                return Destination(team, found, slack, wanted)
            case RetryLater(seconds, why):
                raise PostingError(why, code="later", retry_after=seconds)
            case Refused() as refused:
                missing = SlackProblem(code=ProblemCode.CHANNEL_NOT_FOUND, where=wanted[:100])
                return self._instead(problem_of(refused, wanted) or missing, wanted)

    def _instead(self, problem: SlackProblem, wanted: str) -> Destination:
        """The pages, until the problem is solved."""
        log.error("the thread is on the pages only", channel=wanted, why=says(problem), advice=advice(problem))
        return replace(self._pages, name=wanted, problem=problem)
