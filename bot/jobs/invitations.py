"""Who adds a watch in a channel in which the bot cannot post hears so at once, and not by the silence afterwards."""

from typing import TYPE_CHECKING, Final

import structlog
from msgspec import Struct

from bot.intake.talk import WatchedHere
from bot.slack.answers import Answers, AnswerTo
from bot.slack.inspect import inspect
from bot.store import Store
from bot.store.slack_problems import ProblemCode

if TYPE_CHECKING:  # large, and not needed without Slack
    from slack_sdk.web.async_client import AsyncWebClient

log = structlog.get_logger(__name__)

NOT_HERE: Final = (
    "The watch is stored, and the bot is not in this channel: its posts wait until somebody types"
    " `/invite @provenance` here."
)
ARCHIVED: Final = "The watch is stored, and this channel is archived: its posts wait until it is unarchived."
_SAYS: Final = {
    ProblemCode.NOT_IN_CHANNEL: NOT_HERE,
    ProblemCode.CHANNEL_NOT_FOUND: NOT_HERE,  # a private channel that the bot cannot see
    ProblemCode.CHANNEL_ARCHIVED: ARCHIVED,
}


class Invitations(Struct, frozen=True):
    """Asks for them."""

    store: Store
    client: "AsyncWebClient"
    answers: Answers

    async def ask_for(self, watched: WatchedHere) -> None:
        """Nothing is said when the bot can post there, or nobody knows. Raises StoreError and PostingError."""
        facts = await inspect(self.client, self.store, [watched.channel])
        said = next((_SAYS[problem.code] for problem in facts.problems if problem.code in _SAYS), "")
        if not said:
            return
        to = AnswerTo(watched.user, watched.response_url, watched.channel, watched.thread_ts, watched.asked_at)
        told = await self.answers.say(to, said, once="invitation")
        log.info("watched where the bot cannot post", channel=watched.channel, told=told)
