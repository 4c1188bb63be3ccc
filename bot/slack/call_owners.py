"""When and where the owners of a release are mentioned: once, when it first fails. No I/O.

Fail, unknown, then fail again is one failure; they are mentioned again only if the release passed in between. The
mention is in the parent if that is not posted yet and the policy wants it there (`mentions: parent`), else in the reply
about the new verdict, else in a reply of its own.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from bot.render.release.view import Mentions, ReleaseView
from bot.render.slack.owners import called, called_off
from bot.report import Verdict
from bot.slack.desired import desired
from bot.slack.notify import is_change_told
from bot.store.threads import Desired, Message, Thread

MENTION: Final = "mention"


class OwnerCall(StrEnum):
    """The message that mentions the owners."""

    NONE = "none"
    PARENT = "parent"
    VERDICT = "verdict"
    REPLY = "reply"
    REPLY_AGAIN = "reply-again"  # Slack refused it


def is_failing(before: Message | None, verdict: Verdict) -> bool:
    """Whether it has failed since it last passed. `before` is the previous parent."""
    if verdict is Verdict.UNKNOWN:
        return before is not None and (before.is_failing or before.verdict == Verdict.FAIL)
    return verdict is Verdict.FAIL


def has_failed(before: Message | None, release: ReleaseView) -> bool:
    """Whether it fails, or has ever failed."""
    return (before is not None and before.failed_before) or release.verdict is Verdict.FAIL


def call_of(before: Message | None, thread: Thread | None, release: ReleaseView) -> OwnerCall:
    """Where the owners are mentioned now, if anywhere.

    `before` is the previous parent; `thread` is None if a new one begins.
    """
    if release.verdict is not Verdict.FAIL or not release.owners or release.attention.is_quiet:
        return OwnerCall.NONE
    if release.mentions is Mentions.NONE or release.twin:
        return OwnerCall.NONE
    if is_failing(before, Verdict.UNKNOWN):
        return OwnerCall.REPLY_AGAIN if _was_refused(_last(thread)) else OwnerCall.NONE
    if thread is None and release.mentions is Mentions.PARENT:
        return OwnerCall.PARENT
    return OwnerCall.VERDICT if thread and is_change_told(thread, release) else OwnerCall.REPLY


def mention(call: OwnerCall, thread: Thread | None, release: ReleaseView) -> Iterator[Desired]:
    """The reply of its own that mentions them, or the new content of one that was not posted yet."""
    replies, last = _replies(thread), _last(thread)
    if call is OwnerCall.REPLY:
        yield desired(f"{MENTION}.{len(replies) + 1}", called(release))
    elif call is OwnerCall.REPLY_AGAIN and last:
        yield desired(last.part, called(release))
    elif release.verdict not in {Verdict.FAIL, Verdict.UNKNOWN} and last and last.is_pending:
        draft = called_off(release)
        if last.hash != draft.hash:
            yield desired(last.part, draft)


def _was_refused(last: Message | None) -> bool:
    return last is not None and last.was_refused


def _replies(thread: Thread | None) -> list[Message]:
    return [reply for reply in thread.replies if reply.part.startswith(f"{MENTION}.")] if thread else []


def _last(thread: Thread | None) -> Message | None:
    replies = _replies(thread)
    return replies[-1] if replies else None
