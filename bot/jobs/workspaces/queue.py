"""The queue as the parts of one workspace see it: whatever they store says whose it is."""

from msgspec import Struct

from bot.intake.job import CheckJob
from bot.intake.question import QuestionJob
from bot.intake.talk import TalkJob
from bot.jobs.parts import FailureNote
from bot.jobs.queue import DocketQueue
from bot.store.undelivered import UndeliveredPost


class WorkspaceQueue(Struct, frozen=True):
    """A `WorkQueue`, and the `Posts` of a worker. Whatever a job says of its workspace is overwritten."""

    queue: DocketQueue
    workspace: str

    async def enqueue(
        self, job: CheckJob, *, key: str, delivery: str = "", delay: float = 0.0, is_announced: bool = False
    ) -> bool:
        """See JobQueue."""
        own = self._own(job)
        return await self.queue.enqueue(own, key=key, delivery=delivery, delay=delay, is_announced=is_announced)

    async def ask(self, question: QuestionJob, *, key: str) -> bool:
        """See JobQueue."""
        return await self.queue.ask(question.model_copy(update={"workspace": self.workspace}), key=key)

    async def talk(self, job: TalkJob, *, key: str) -> bool:
        """See JobQueue."""
        return await self.queue.talk(job.model_copy(update={"workspace": self.workspace}), key=key)

    async def post_report(self, job: CheckJob, release: str) -> None:
        """See WorkQueue."""
        await self.queue.post_report(self._own(job), release)

    async def post_failure(self, note: FailureNote) -> None:
        """See Posts."""
        await self.queue.post_failure(note.model_copy(update={"job": self._own(note.job)}))

    async def post_again(self, post: UndeliveredPost) -> None:
        """Queue a post again that Slack did not take. It was this workspace's: that is where it was kept."""
        await self.queue.post_again(post)

    def _own(self, job: CheckJob) -> CheckJob:
        return job.model_copy(update={"workspace": self.workspace})
