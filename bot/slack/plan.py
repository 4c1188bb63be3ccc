"""What should stand in a thread, given what stands there and what was found out. Pure: nothing is sent here.

One parent an image, edited in place; a reply for each of the first failing rules, one more for all others, edited in
place (replies.py); one short reply when the verdict becomes another one, because edits notify nobody; and, after all
of them, one that calls the owners when it first fails (mention.py).
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
from bot.store.threads import Desired, Message, State, Thread

VERDICT: Final = "verdict"


def plan(  # noqa: PLR0913 - all that the thread depends on
    thread: Thread | None,
    report: Report,
    *,
    intent: str,
    forced: bool,
    base_url: str,
    owners: tuple[str, ...] = (),
) -> tuple[Desired, ...]:
    """What to want, in the order in which it should be sent; empty when nobody needs to be told.

    `intent` names the parent if there is none yet; `forced` when a person asked and so wants to see it happen.
    """
    before = None if thread is None or _is_untold(thread, MENTION) else thread.parent
    deleted = thread is not None and thread.parent.state is State.GONE
    if thread and deleted:
        said = report.is_waiting or thread.parent.verdict == report.verdict
        if said and not _is_untold(thread, VERDICT):
            return ()  # somebody took it away: it comes back when there is news
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
    """What the record remembers of the verdict, for the next time. `ever` is the parent, even one that was deleted.

    While a signature is awaited there is none yet, and the one before is the last that people heard.
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
    """Only when people have seen another verdict before, and this is one."""
    if report.is_waiting:
        return
    if thread and thread.parent.rev and thread.parent.verdict not in ("", report.verdict):
        before = thread.parent
        draft = changed(report, before.verdict, before.since, again=before.failed_before)
        yield desired(f"{VERDICT}.{_count(thread) + 1}", draft)


def _is_untold(thread: Thread, kind: str) -> bool:
    """Whether the last reply of that kind was to go into a thread that was no more."""
    if thread.parent.state is not State.GONE:
        return False
    replies = [reply for reply in thread.replies if reply.part.startswith(f"{kind}.")]
    return bool(replies) and replies[-1].rev == 0 and replies[-1].state is not State.FAILED


def _count(thread: Thread) -> int:
    return sum(reply.part.startswith(f"{VERDICT}.") for reply in thread.replies)
