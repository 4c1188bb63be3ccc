"""When the owners of an image are called: once, after the replies of its first failure. Pure.

Fail, unknown and fail again is one failure; only where it passed in between are they called anew. Whoever is named in a
parent hears of every reply, so they stand in a reply of their own, which nothing edits once it is there.
"""

from collections.abc import Iterator
from typing import Final

from bot.render.slack.owners import called, called_off
from bot.report import Report, Verdict
from bot.slack.desired import desired
from bot.store.threads import Desired, Message, State, Thread

MENTION: Final = "mention"

_BLIND: Final = "unconfirmed_"
"""Slack did not let us see whether it is there (courier.py): who may have been called is not called again."""


def is_failing(before: Message | None, verdict: Verdict) -> bool:
    """Whether it failed since it last passed; `before` is the parent as it was."""
    if verdict is Verdict.UNKNOWN:
        return before is not None and (before.is_failing or before.verdict == Verdict.FAIL)
    return verdict is Verdict.FAIL


def mention(
    before: Message | None, thread: Thread | None, report: Report, owners: tuple[str, ...]
) -> Iterator[Desired]:
    """The reply that calls them, or what becomes of one that did not arrive yet.

    `before` is the parent as it was, `thread` None when a new one begins.
    """
    replies = [reply for reply in thread.replies if reply.part.startswith(f"{MENTION}.")] if thread else []
    last = replies[-1] if replies else None
    if report.verdict is Verdict.FAIL:
        if not is_failing(before, Verdict.UNKNOWN):
            part = f"{MENTION}.{len(replies) + 1}"
        elif last and last.state is State.FAILED and not last.code.startswith(_BLIND):
            part = last.part
        else:
            return
        if owners:
            yield desired(part, called(report, owners))
    elif report.verdict is not Verdict.UNKNOWN and last and last.is_pending:
        draft = called_off(report)
        if last.hash != draft.hash:
            yield desired(last.part, draft)
