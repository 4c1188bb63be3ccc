"""What a worker does with a job that is to be posted: report_posts.py, failure_posts.py, within post_attempts.py.

Posting has jobs of its own: a check is over when its report is stored, and Slack may take as long as it likes. The
publisher is idempotent, so a job that comes back after a crash posts nothing twice.
"""

from datetime import timedelta

from docket import CurrentExecution, Retry, Timeout
from docket.execution import Execution
from msgspec import Struct
from pydantic import ValidationError

from bot.intake.job import CheckJob
from bot.jobs.failure_posts import FailurePosts
from bot.jobs.failures import UNREADABLE
from bot.jobs.parts import FailureNote
from bot.jobs.post_attempts import PostAttempts, PostRun
from bot.jobs.report_posts import ReportPosts
from bot.jobs.resuming import resumed


class Poster(Struct, frozen=True):
    """Does the posts."""

    reports: ReportPosts
    failures: FailurePosts
    attempts: PostAttempts

    async def post_report(  # noqa: PLR0913 - three arguments travel, the rest is docket's
        self,
        job: str,
        first: int,  # when the first report of the release came, in milliseconds of the store's clock
        since: int,  # noqa: ARG002 - for the queue
        *,
        execution: Execution = CurrentExecution(),  # noqa: B008 - docket's way of asking for it
        retry: Retry = Retry(attempts=None, delay=timedelta(seconds=60)),  # noqa: B008
        timeout: Timeout = Timeout(timedelta(minutes=10)),  # noqa: ARG002, ASYNC109, B008 - the last net
    ) -> None:
        """One job as it travels: CheckJob as JSON."""
        try:
            read = CheckJob.model_validate_json(job)
        except ValidationError:
            await self.attempts.failures.bury(job, "", UNREADABLE, 1)
            return
        with resumed(read.request_id, execution, read.trace):
            again = await self.attempts.make(read, PostRun.of(execution), lambda: self.reports.post(read, first / 1000))
        if again is not None:
            retry.at(again)

    async def post_failure(  # noqa: PLR0913 - as above
        self,
        note: str,
        first: int,  # noqa: ARG002
        since: int,  # noqa: ARG002
        *,
        execution: Execution = CurrentExecution(),  # noqa: B008
        retry: Retry = Retry(attempts=None, delay=timedelta(seconds=60)),  # noqa: B008
        timeout: Timeout = Timeout(timedelta(minutes=10)),  # noqa: ARG002, ASYNC109, B008
    ) -> None:
        """One job as it travels: FailureNote as JSON."""
        try:
            read = FailureNote.model_validate_json(note)
        except ValidationError:
            await self.attempts.failures.bury(note, "", UNREADABLE, 1)
            return
        with resumed(read.job.request_id, execution, read.job.trace):
            again = await self.attempts.make(read.job, PostRun.of(execution), lambda: self.failures.post(read), read)
        if again is not None:
            retry.at(again)
