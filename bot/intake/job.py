"""The jobs that travel through Redis, and what a worker does with one.

Only this model travels, as JSON text: the queue reads plain values and nothing else.
"""

from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from bot.intake.question import QuestionJob
from bot.intake.talk import TalkJob
from bot.request_ids import RequestId
from bot.tracing import TraceParent


class CheckJob(BaseModel):
    """Check one image, and tell whoever asked.

    `image` is normalised (str(Reference)); `digest_hint` is what a payload claimed, never what is judged.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    image: str
    origin: Literal["webhook", "poll", "command", "page", "recheck"]
    source: str = ""  # the webhook source's id
    digest_hint: str = ""
    channel: str = ""  # where to post; "" = the policy's or the default channel
    user: str = ""  # Slack user who asked
    response_url: str = Field(default="", repr=False)  # of the slash command, for an ephemeral answer
    thread_ts: str = ""  # of the thread in `channel` in which the bot was mentioned; the answer goes there
    execution: str = ""  # of a workflow's step, whose outputs are the answer
    is_private: bool = False  # the answer is for that user alone, though it has no response_url
    asked_at: float = 0.0  # seconds since the epoch
    look: int = 0  # how many looks at what could not be read came before this one (recheck.py)
    is_quiet: bool = False  # its report is kept and not told: nothing was pushed
    is_shared: bool = False  # the person wants the answer in the channel
    has_evidence: bool = False  # a signature or attestation of the image was pushed
    is_anew: bool = False  # the last report is not used again: what it is compared with has changed, or it is old
    request_id: RequestId = ""  # of what asked for it (bot/request_ids.py)
    trace: TraceParent = ""  # of the span in which it was queued (bot/tracing)
    workspace: str = ""  # the part of the store it belongs to, with several Slack workspaces (bot/store/workspaces)

    @property
    def is_push(self) -> bool:
        """Whether somebody noticed that the tag was pushed."""
        return self.origin in {"webhook", "poll"}

    @property
    def is_asked(self) -> bool:
        """Whether a person waits for it."""
        return self.origin in {"command", "page"} or bool(self.user)

    @property
    def is_answered(self) -> bool:
        """Whether the person gets an answer of their own, beside what the channel is told."""
        return bool(self.response_url or self.thread_ts or self.execution or self.is_private)


class JobQueue(Protocol):
    """Where doors put work. Nothing is acknowledged to a sender before `enqueue` has returned."""

    async def enqueue(
        self, job: CheckJob, *, key: str, delivery: str = "", delay: float = 0.0, is_announced: bool = False
    ) -> bool:
        """Store the job. False when a job of that key is queued already, or that delivery was seen in the last 7 days.

        `key` stands for the work (registry, repository, tag, channel); `delay` in seconds. With a delay, each further
        event of the key puts the waiting job off, at most `settle_max` after the first; without one it is hurried.
        `is_announced`: somebody says that the image was pushed at this moment. That is remembered, and the digest that
        was told (`digest_hint`), in the same step.
        Raises StoreError when it could not be stored; then the sender must hear so.
        """

    async def ask(self, question: QuestionJob, *, key: str) -> bool:
        """Store a question of one person. False when one of that key is queued already. Raises StoreError."""

    async def talk(self, job: TalkJob, *, key: str) -> bool:
        """Store something small to tell a person. False when one of that key is queued already. Raises StoreError."""


class WorkQueue(JobQueue, Protocol):
    """The same, for doors through which a thread is brought up to date without a check."""

    async def post_report(self, job: CheckJob, release: str) -> None:
        """Queue the post of the release that the job's image belongs to. Raises StoreError."""
