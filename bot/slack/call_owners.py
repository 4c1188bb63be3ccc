"""When the owners of an image are mentioned: once, after the replies about its first failure. No I/O.

Fail, unknown, then fail again is one failure; they are mentioned again only if the image passed in between. Slack
notifies people in a parent about every reply, so the mention is in a separate reply that is not edited afterwards.
"""

from collections.abc import Iterator
from typing import Final

from bot.render.slack.owners import called, called_off
from bot.report import Report, Verdict
from bot.slack.desired import desired
from bot.store.threads import Desired, Message, MessageState, Thread

MENTION: Final = "mention"

_BLIND: Final = "unconfirmed_"
"""Slack did not confirm the message (delivery.py): people who may have been notified are not mentioned again."""


def is_failing(before: Message | None, verdict: Verdict) -> bool:
    """Whether it has failed since it last passed. `before` is the previous parent."""
    if verdict is Verdict.UNKNOWN:
        return before is not None and (before.is_failing or before.verdict == Verdict.FAIL)
    return verdict is Verdict.FAIL


def mention(
    before: Message | None, thread: Thread | None, report: Report, owners: tuple[str, ...]
) -> Iterator[Desired]:
    """The reply that mentions them, or the new content of one that was not posted yet.

    `before` is the previous parent; `thread` is None if a new one begins.
    """
    replies = [reply for reply in thread.replies if reply.part.startswith(f"{MENTION}.")] if thread else []
    last = replies[-1] if replies else None
    if report.verdict is Verdict.FAIL:
        if not is_failing(before, Verdict.UNKNOWN):
            part = f"{MENTION}.{len(replies) + 1}"
        elif last and last.state is MessageState.FAILED and not last.code.startswith(_BLIND):
            part = last.part
        else:
            return
        if owners:
            yield desired(part, called(report, owners))
    elif report.verdict is not Verdict.UNKNOWN and last and last.is_pending:
        draft = called_off(report)
        if last.hash != draft.hash:
            yield desired(last.part, draft)
