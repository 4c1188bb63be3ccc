"""Which messages a thread needs, given its current messages and a new report. No I/O.

One parent per image, edited in place. One reply for each of the first failed rules and one for all others, edited in
place (replies.py). One short reply when the verdict changes, because edits do not notify people. And last, one that
mentions the owners when the image first fails (call_owners.py).
"""

from collections.abc import Iterator
from typing import Final

from bot.render.slack.changes import changed
from bot.render.slack.report import parent as parent_of
from bot.report import Report, Verdict
from bot.slack.call_owners import MENTION, is_failing, mention
from bot.slack.desired import desired, needs
from bot.slack.plan_failure import failure_resolved
from bot.slack.replies import fixes
from bot.store.threads import Desired, Message, MessageState, Thread

VERDICT: Final = "verdict"


def plan(  # noqa: PLR0913 - everything that the thread depends on
    thread: Thread | None,
    report: Report,
    *,
    intent: str,
    forced: bool,
    base_url: str,
    owners: tuple[str, ...] = (),
) -> tuple[Desired, ...]:
    """The desired messages, in sending order; empty if nothing has changed.

    `intent` is the id for a new parent. `forced` means that a person asked, so the parent is edited in any case.
    """
    before = None if thread is None or _is_unposted(thread, MENTION) else thread.parent
    deleted = thread is not None and thread.parent.state is MessageState.GONE
    if thread and deleted:
        is_known = report.is_waiting or thread.parent.verdict == report.verdict
        if is_known and not _is_unposted(thread, VERDICT):
            return ()  # somebody deleted the thread: a new one begins only when the verdict changes
        thread = None
    name = thread.parent.intent if thread else intent
    draft = parent_of(report, intent=name, base_url=base_url)
    messages: list[Desired] = []
    if thread is None or forced or needs(thread.parent, draft):
        messages.append(desired("", draft, intent=name, fields=_fields(thread, before, report), fresh=deleted))
    messages += fixes(thread, report, intent=name, base_url=base_url)
    messages += _verdict(thread, report)
    messages += failure_resolved(thread, report)
    messages += mention(before, thread, report, owners)
    return tuple(messages)


def _fields(thread: Thread | None, ever: Message | None, report: Report) -> dict[str, str]:
    """What the record stores about the verdict. `ever` is the previous parent, even if it was deleted.

    While a signature may still arrive, there is no new verdict, and the previous one stays.
    """
    before = thread.parent if thread else None
    last = before.verdict if before else ""
    verdict = last if report.is_waiting else str(report.verdict)
    since = before.since if before and last == verdict else report.checked_at.timestamp()
    failed = (before is not None and before.failed_before) or report.verdict is Verdict.FAIL
    return {
        "verdict": verdict,
        "since": f"{since:.3f}",
        "digest": report.digest,
        "failed_before": "1" if failed else "0",
        "is_failing": "1" if is_failing(ever, report.verdict) else "0",
    }


def _verdict(thread: Thread | None, report: Report) -> Iterator[Desired]:
    """Only if people have seen another verdict before, and the new one is final."""
    if report.is_waiting:
        return
    if thread and thread.parent.rev and thread.parent.verdict not in ("", report.verdict):
        before = thread.parent
        draft = changed(report, before.verdict, before.since, again=before.failed_before)
        yield desired(f"{VERDICT}.{_count(thread) + 1}", draft)


def _is_unposted(thread: Thread, kind: str) -> bool:
    """Whether the last reply of that kind was not posted because the thread had been deleted."""
    if thread.parent.state is not MessageState.GONE:
        return False
    replies = [reply for reply in thread.replies if reply.part.startswith(f"{kind}.")]
    return bool(replies) and replies[-1].rev == 0 and replies[-1].state is not MessageState.FAILED


def _count(thread: Thread) -> int:
    return sum(reply.part.startswith(f"{VERDICT}.") for reply in thread.replies)
