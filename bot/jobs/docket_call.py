"""A job as docket stores it: its lane, name and text, and the times that go with it."""

from datetime import UTC, datetime, timedelta
from typing import Final

from docket.execution import Execution
from msgspec import Struct
from pydantic import ValidationError

from bot import request_ids, tracing
from bot.intake.job import CheckJob
from bot.intake.merging import merged
from bot.intake.question import QuestionJob
from bot.intake.talk import TalkJob
from bot.jobs.lanes import CHECK, Lane

SET_BACK_MAX: Final = 400 * 24 * 3600 * 1000
"""Milliseconds; a record that says more is wrong, and dates cannot be reckoned with it."""


class DocketCall(Struct, frozen=True):
    """A job as docket stores it."""

    lane: Lane
    task: str
    name: str
    text: str


def text_of(job: CheckJob | QuestionJob | TalkJob) -> str:
    """As it travels: with the id of what is done now, if it is not from an earlier job that has its own; and its trace.

    Docket keeps the trace of a job, but not of one that waits for its time.
    """
    told = {"request_id": job.request_id or request_ids.current() or request_ids.new()}
    if isinstance(job, CheckJob):
        told["trace"] = tracing.current() or job.trace
    new = {name: value for name, value in told.items() if getattr(job, name) != value}
    return (job.model_copy(update=new) if new else job).model_dump_json()


def merged_text(call: DocketCall, waiting: Execution) -> str:
    """The text of a check that is also for what the waiting one is for; of any other job, its own text."""
    if call.task != CHECK:
        return call.text
    try:
        before = CheckJob.model_validate_json(waiting.args[0])
    except (IndexError, ValidationError):  # not a job of ours, and this one is good
        return call.text
    return merged(before, CheckJob.model_validate_json(call.text)).model_dump_json()


def named(workspace: str, name: str) -> str:
    """The same work for two Slack workspaces is two jobs."""
    return f"{workspace}/{name}" if workspace else name


def at(seconds: float) -> datetime:
    """That time of the store's clock."""
    return datetime.fromtimestamp(seconds, UTC)


def since(due: datetime) -> int:
    """In milliseconds: a look that began before this one is due says nothing about it, and is too early."""
    return int(due.timestamp() * 1000)


def first_event(waiting: Execution, now: int) -> int:
    """When the first event of that job came, in milliseconds; `now` for what cannot be."""
    first = waiting.args[1] if len(waiting.args) > 1 else now
    return first if isinstance(first, int) and 0 < first <= now else now


def set_back(waiting: Execution, now: int) -> timedelta:
    """How far the store's clock was set back since that job was stored: its first event lies in the future then."""
    first = waiting.args[1] if len(waiting.args) > 1 else now
    return timedelta(milliseconds=max(0, min(first - now, SET_BACK_MAX))) if isinstance(first, int) else timedelta()
