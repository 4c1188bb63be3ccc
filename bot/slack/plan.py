"""Which messages a thread needs, given its current messages and a release. No I/O.

One parent per release, edited in place. It is posted when the release has a verdict (notify.py). One reply for each of
the first fixes and one for all others, edited in place (replies.py). One post for a critical problem that comes later
(alarms.py). One short reply when the verdict changes, because edits do not notify people. The owners are mentioned once
when the release first fails (call_owners.py).
"""

from collections.abc import Iterator
from typing import Final

from bot.render.release.problems import problems
from bot.render.release.view import ReleaseView
from bot.render.slack.changes import changed
from bot.render.slack.release import parent as parent_of
from bot.slack.alarms import alarms, is_critical_untold
from bot.slack.call_owners import MENTION, OwnerCall, call_of, has_failed, is_failing, mention
from bot.slack.desired import desired, needs
from bot.slack.notify import is_change_told, is_due
from bot.slack.plan_failure import failure_resolved
from bot.slack.replies import fix_replies
from bot.store.threads import Desired, Message, MessageState, Thread

VERDICT: Final = "verdict"


def plan(
    thread: Thread | None, release: ReleaseView, *, intent: str, forced: bool, base_url: str
) -> tuple[Desired, ...]:
    """The desired messages, in sending order; empty if nothing has changed.

    `intent` is the id for a new parent. `forced` means that a person asked, so the parent is edited in any case.
    """
    before = None if thread is None or _is_uncalled(thread) else thread.parent
    deleted = thread is not None and thread.parent.state is MessageState.GONE
    if thread and deleted:
        is_known = release.is_waiting or thread.parent.verdict == release.verdict
        if is_known and not _unposted(thread, VERDICT) and not is_critical_untold(thread, release):
            return ()  # somebody deleted the thread: only another verdict or something critical begins a new one
        thread = None
    if thread is None and not is_due(release, forced=forced):
        return ()
    call = call_of(before, thread, release)
    name = thread.parent.intent if thread else intent
    calls = call is OwnerCall.PARENT or _has_called(thread, release)
    draft = parent_of(release, intent=name, base_url=base_url, calls=calls)
    messages: list[Desired] = []
    if thread is None or forced or needs(thread.parent, draft):
        messages.append(desired("", draft, intent=name, fields=_fields(thread, before, release), fresh=deleted))
    messages += alarms(thread, release, base_url=base_url)
    messages += fix_replies(thread, release, base_url=base_url)
    messages += _verdict(thread, release, calls=call is OwnerCall.VERDICT)
    messages += failure_resolved(thread, release)
    messages += mention(call, thread, release)
    return tuple(messages)


def _fields(thread: Thread | None, ever: Message | None, release: ReleaseView) -> dict[str, str]:
    """What the record stores about the verdict. `ever` is the previous parent, even if it was deleted.

    While evidence may still arrive, the previous verdict stays.
    """
    before = thread.parent if thread else None
    last = before.verdict if before else ""
    verdict = last if release.is_waiting else str(release.verdict)
    since = before.since if before and last == verdict else release.checked_at
    return {
        "verdict": verdict,
        "since": f"{since:.3f}",
        "digest": release.digest,
        "failed_before": "1" if has_failed(before, release) else "0",
        "is_failing": "1" if is_failing(ever, release.verdict) else "0",
    }


def _verdict(thread: Thread | None, release: ReleaseView, *, calls: bool) -> Iterator[Desired]:
    """Only if people have seen another verdict before, and the new one is final."""
    if thread and is_change_told(thread, release):
        before = thread.parent
        lapsed = _lapsed(thread, release)
        draft = changed(release, before.verdict, before.since, again=before.failed_before, calls=calls, lapsed=lapsed)
        yield desired(f"{VERDICT}.{_count(thread) + 1}", draft)


def _lapsed(thread: Thread, release: ReleaseView) -> tuple[str, ...]:
    """The rules that fail, and that were waived in the message so far: nothing was pushed, and people ask why."""
    were_waived = str(thread.parent.facts.get("waived", "")).split(",")
    return tuple(problem.rule for problem in problems(release) if problem.rule in were_waived)


def _has_called(thread: Thread | None, release: ReleaseView) -> bool:
    """Whether the parent mentions the owners already; it does so until the release passes, because edits are silent."""
    return thread is not None and thread.parent.facts.get("calls") == 1 and is_failing(thread.parent, release.verdict)


def _is_uncalled(thread: Thread) -> bool:
    """Whether the last reply that mentions the owners was not posted because the thread had been deleted."""
    calls = [reply for reply in thread.replies if reply.part.startswith(MENTION) or reply.facts.get("calls") == 1]
    return bool(calls) and any(calls[-1] is reply for kind in (MENTION, VERDICT) for reply in _unposted(thread, kind))


def _unposted(thread: Thread, kind: str) -> tuple[Message, ...]:
    """The last reply of that kind, if it was not posted because the thread had been deleted."""
    if thread.parent.state is not MessageState.GONE:
        return ()
    last = [reply for reply in thread.replies if reply.part.startswith(f"{kind}.")][-1:]
    return tuple(reply for reply in last if reply.rev == 0 and reply.state is not MessageState.FAILED)


def _count(thread: Thread) -> int:
    return sum(reply.part.startswith(f"{VERDICT}.") for reply in thread.replies)
