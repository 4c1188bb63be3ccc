"""What a worker does to answer a person's question: compare two images, audit some repositories, or show a fix.

The answer goes to that person alone, or into the thread in which they mentioned the bot. A job that comes back after a
crash asks the registry again, and answers once.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

import structlog
from docket import CurrentExecution, Retry, Timeout
from docket.execution import Execution
from msgspec import Struct
from pydantic import ValidationError

from bot.check.looker import Looker
from bot.errors import PostingError, RegistryError, StoreError, UsageError
from bot.intake.question import QuestionJob
from bot.jobs.checker import RegistryChecker
from bot.jobs.digest_contents import DigestContents
from bot.jobs.page_comparing import compare_for_page
from bot.jobs.resuming import resumed
from bot.jobs.timing import Timing
from bot.oci.asked import parse_asked
from bot.render.slack.difference import compared
from bot.render.slack.digest import digest
from bot.render.slack.escape import escaped
from bot.render.slack.judged import judged
from bot.render.slack.message import MessageDraft
from bot.render.slack.patch import refusal_of
from bot.request_ids import quoting
from bot.settings import Settings
from bot.slack.answers import AnswerTo, open_answers
from bot.slack.fixing import Fixing
from bot.store import Store
from bot.store.attempts import Attempts
from bot.store.differences import Differences
from bot.store.reports import Reports

log = structlog.get_logger(__name__)

ANSWER_MAX: Final = 600.0
"""Seconds for one answer; an audit of 100 images of a registry nearby takes one."""

LIFE: Final = 28 * 60.0
"""Seconds after which nobody can be answered: Slack takes answers for half an hour."""

AT_ONCE: Final = 2
"""Questions that one worker answers together; an audit must not hold all the slots that people's checks need."""

BUSY: Final = 2.0
"""Seconds until a question is tried again that found these slots taken."""

AUDIT_FILE: Final = "audit.csv"

IMAGES_MAX: Final = 100
"""Images of one audit that is asked for in Slack."""

TOO_LATE: Final = f"The answer did not come within {ANSWER_MAX / 60:.0f} minutes. This says nothing about the images."
INTERNAL: Final = "An internal error occurred; the log has the details."


class Answering(Protocol):
    """Sends an answer to one person."""

    async def say(self, to: AnswerTo, text: str, blocks: Sequence[Mapping[str, object]] = (), *, once: str) -> bool:
        """See bot/slack/answers.py. Raises StoreError and PostingError."""

    async def attach(self, to: AnswerTo, *, name: str, text: str, about: str, once: str) -> bool:
        """The same for a file. Raises StoreError."""


class DraftedAnswer(Struct, frozen=True):
    """The message, and a file with all of it, where the message shows a part."""

    draft: MessageDraft
    file: str = ""


@asynccontextmanager
async def open_answerer(settings: Settings, store: Store, checker: RegistryChecker) -> AsyncIterator["Answerer"]:
    """The answerer of these settings, with one HTTP session for its answers while the block runs."""
    async with open_answers(settings, store) as answers:
        yield answerer_of(settings, store, checker, answers)


def answerer_of(settings: Settings, store: Store, checker: RegistryChecker, answers: Answering) -> "Answerer":
    """An answerer with parts that are open."""
    looker = Looker(
        checker.registry,
        checker.policies,
        checker.options,
        checker.searching,
        checker.hosts,
        settings.github_server,
    )
    fixing = Fixing(Reports(store), checker.policies, checker.hosts)
    return Answerer(looker, fixing, DigestContents(store), answers, Attempts(store), Timing())


@dataclass(slots=True)
class Answerer:
    """Answers questions."""

    looker: Looker
    fixing: Fixing
    digests: DigestContents
    answering: Answering
    attempts: Attempts
    timing: Timing
    _running: int = field(default=0, init=False)

    async def answer_question(  # noqa: PLR0913 - three arguments travel, the rest is docket's
        self,
        job: str,
        first: int,  # noqa: ARG002 - for the queue
        since: int,  # noqa: ARG002
        *,
        execution: Execution = CurrentExecution(),  # noqa: B008 - docket's way of asking for it
        retry: Retry = Retry(attempts=None, delay=timedelta(seconds=15)),  # noqa: B008
        timeout: Timeout = Timeout(timedelta(seconds=ANSWER_MAX + 120)),  # noqa: ARG002, ASYNC109, B008 - the last net
    ) -> None:
        """One job as it travels: QuestionJob as JSON."""
        try:
            asked = QuestionJob.model_validate_json(job)
        except ValidationError:
            log.warning("a question cannot be read; it was queued by another version, or by somebody else")
            return
        if datetime.now(UTC).timestamp() - asked.asked_at > LIFE:
            log.warning("nobody can be answered any more", kind=asked.kind, names=asked.names)
            return
        if self._running >= AT_ONCE:
            retry.at(datetime.now(UTC) + timedelta(seconds=BUSY))
        self._running += 1
        try:
            with resumed(asked.request_id, execution):
                await self._answer(asked, execution.key)
        except PostingError as error:
            retry.at(datetime.now(UTC) + timedelta(seconds=error.retry_after or BUSY))
        finally:
            self._running -= 1

    async def _answer(self, asked: QuestionJob, key: str) -> None:
        """Raises StoreError, then docket brings the job back, and PostingError."""
        counts = await self.attempts.start(key)
        gives_up = counts.starts - counts.failures > self.timing.crashes
        if asked.kind == "compare-page":
            await compare_for_page(asked, self.looker, Differences(self.digests.store), gives_up=gives_up)
            await self.attempts.forget(key)
            return
        if gives_up:
            answer = DraftedAnswer(refusal_of(quoting(INTERNAL)))
        else:
            answer = await self._draft(asked)
        draft = answer.draft if answer.draft.fits() else answer.draft.plain()
        to = AnswerTo(asked.user, asked.response_url, asked.channel, asked.thread_ts, asked.asked_at)
        told = await self.answering.say(to, draft.text, draft.blocks, once="answer")
        if answer.file:
            about = f"The whole table of your audit of {', '.join(map(escaped, asked.names))}"
            await self.answering.attach(to, name=AUDIT_FILE, text=answer.file, about=about, once="file")
        log.info("answered", kind=asked.kind, names=asked.names, told=told)
        await self.attempts.forget(key)

    async def _draft(self, asked: QuestionJob) -> DraftedAnswer:
        try:
            async with asyncio.timeout(ANSWER_MAX):
                return await self._found(asked)
        except RegistryError as error:
            return DraftedAnswer(refusal_of(f"{error}. This says nothing about the images."))
        except UsageError as error:
            return DraftedAnswer(refusal_of(str(error)))
        except TimeoutError:
            return DraftedAnswer(refusal_of(TOO_LATE))
        except StoreError:
            raise
        except Exception:
            log.exception("a question could not be answered", kind=asked.kind, names=asked.names)
            return DraftedAnswer(refusal_of(quoting(INTERNAL)))

    async def _found(self, asked: QuestionJob) -> DraftedAnswer:
        match asked.kind:
            case "compare" | "compare-page":
                return DraftedAnswer(await self._compare(asked))
            case "audit":
                return await self._audit(asked)
            case "fix":
                return DraftedAnswer(await self.fixing.show(parse_asked(asked.names[0]), asked.user))
            case "judge":
                return DraftedAnswer(await self._judge(asked))
            case "digest":
                return DraftedAnswer(await self._digest(asked))

    async def _digest(self, asked: QuestionJob) -> MessageDraft:
        now = await self.digests.store.now()
        return digest(await self.digests.lately(asked.team, asked.channel, now=now), now=now)

    async def _judge(self, asked: QuestionJob) -> MessageDraft:
        """By the policy that the person named. The report is not kept: the image's own policy decides everything."""
        name, policy_name = asked.names
        image = parse_asked(name)
        policy = self.looker.policies.named(policy_name, image)
        if policy is None:  # the file has changed meanwhile
            raise UsageError(f"The policy {policy_name} is not there any more.")
        looker = self.looker.under(policy)
        return judged(await looker.report(await looker.evidence(image), datetime.now(UTC)))

    async def _compare(self, asked: QuestionJob) -> MessageDraft:
        before, after = (parse_asked(name) for name in asked.names)
        return compared(await self.looker.compare(before, after, datetime.now(UTC)))

    async def _audit(self, asked: QuestionJob) -> DraftedAnswer:
        from bot.check.audit.run import Auditor  # noqa: PLC0415 - people ask for audits in Slack alone, and seldom
        from bot.check.audit.scope import AuditScope, remote_repository  # noqa: PLC0415
        from bot.render.audit import csv  # noqa: PLC0415
        from bot.render.slack.audit import audited  # noqa: PLC0415

        scope = AuditScope(asked.tags, asked.last)
        auditor = Auditor(self.looker, scope, lambda: datetime.now(UTC), most=IMAGES_MAX)
        audit = await auditor.audit([remote_repository(name) for name in asked.names])
        return DraftedAnswer(audited(audit), csv.render(audit) if audit.rows else "")
