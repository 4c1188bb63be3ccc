"""What a worker does to tell people small things: an answer that is ready goes where it was asked for.

It is told once. A job that comes back after a crash does not repeat what may have arrived.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import structlog
from docket import CurrentExecution, Retry, Timeout
from docket.execution import Execution
from msgspec import Struct
from pydantic import ValidationError

from bot.errors import PostingError
from bot.intake.talk import FailedStep, ReadyAnswer, ShowHome, TalkJob, Unfurl, WatchedHere, talk_jobs
from bot.jobs.resuming import resumed
from bot.render.slack.message import MessageDraft
from bot.settings import Settings
from bot.slack.answers import Answers, AnswerTo, open_answers
from bot.slack.web_api import client_for, session_for_slack
from bot.store import Store

if TYPE_CHECKING:
    from bot.jobs.homes import Homes
    from bot.jobs.invitations import Invitations
    from bot.jobs.unfurls import Unfurls

log = structlog.get_logger(__name__)

LIFE: Final = 3600.0
"""Seconds after which nobody waits for an answer any more."""


@asynccontextmanager
async def open_talker(settings: Settings, store: Store) -> AsyncIterator["Talker"]:
    """The talker of these settings, with an HTTP session of its own while the block runs."""
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
    async with open_answers(settings, store) as answers, session_for_slack(settings.proxies()) as session:
        if not token:
            yield Talker(answers)
            return
        from bot.jobs.homes import Homes  # noqa: PLC0415 - not without a token
        from bot.jobs.invitations import Invitations  # noqa: PLC0415
        from bot.jobs.unfurls import Unfurls  # noqa: PLC0415
        from bot.policy.source import policies_from  # noqa: PLC0415

        client = client_for(token, settings.slack_api_url, session)
        unfurls = Unfurls(store, client, policies_from(settings.policy), settings.pages_url)
        yield Talker(answers, Homes(store, client), unfurls, Invitations(store, client, answers))


class Talker(Struct, frozen=True):
    """Answers people. Without a bot token, only through response_urls."""

    answers: Answers
    homes: "Homes | None" = None
    unfurls: "Unfurls | None" = None
    invitations: "Invitations | None" = None

    async def talk(  # noqa: PLR0913 - three arguments travel, the rest is docket's
        self,
        job: str,
        first: int,  # when it was queued, in milliseconds of the store's clock
        since: int,  # noqa: ARG002 - for the queue
        *,
        execution: Execution = CurrentExecution(),  # noqa: B008 - docket's way of asking for it
        retry: Retry = Retry(attempts=None, delay=timedelta(seconds=15)),  # noqa: B008
        timeout: Timeout = Timeout(timedelta(minutes=2)),  # noqa: ARG002, ASYNC109, B008 - the last net
    ) -> None:
        """One job as it travels: a TalkJob as JSON. Raises StoreError: then docket brings the job back."""
        try:
            read = talk_jobs.validate_json(job)
        except ValidationError:
            log.warning("what is to be posted cannot be read; it was queued by another version, or by somebody else")
            return
        if datetime.now(UTC).timestamp() - first / 1000 > LIFE:
            log.warning("nobody waits for it any more", kind=read.kind)
            return
        try:
            with resumed(read.request_id, execution):
                await self._tell(read)
        except PostingError as error:
            log.warning("not posted yet", kind=read.kind, why=str(error))
            retry.at(datetime.now(UTC) + timedelta(seconds=error.retry_after or 15.0))

    async def _tell(self, job: TalkJob) -> None:
        match job:
            case ReadyAnswer():
                await self._reply(job)
            case FailedStep(execution=execution, why=why):
                await self.answers.fail(execution, why)
            case ShowHome() if self.homes:
                await self.homes.show(job)
            case Unfurl() if self.unfurls:
                await self.unfurls.show(job)
            case WatchedHere() if self.invitations:
                await self.invitations.ask_for(job)
            case ShowHome() | Unfurl() | WatchedHere():
                log.warning("not shown: SLACK_BOT_TOKEN is not set", kind=job.kind)

    async def _reply(self, reply: ReadyAnswer) -> None:
        to = AnswerTo(reply.user, reply.response_url, reply.channel, reply.thread_ts, reply.asked_at)
        draft = MessageDraft(reply.text, (), "")
        draft = draft if draft.fits() else draft.plain()
        told = await self.answers.say(to, draft.text, draft.blocks, once="reply")
        log.info("answered", kind=reply.kind, told=told)
