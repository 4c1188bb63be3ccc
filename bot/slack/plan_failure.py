"""What should stand in a thread when a check did not work. Pure.

A verdict that stands is not taken back, it was true of its digest: the trouble goes into a reply, edited in place until
a check goes through. A thread without any verdict says it on top.
"""

from collections.abc import Iterator
from typing import Final

from bot.render.slack.check_failure import CheckFailure, check_succeeded, could_not_check, could_not_recheck
from bot.report import Report, Verdict
from bot.slack.desired import desired, needs
from bot.store.threads import Desired, Message, State, Thread

TROUBLE: Final = "trouble"


def plan_failure(thread: Thread | None, trouble: CheckFailure, *, intent: str, now: float) -> tuple[Desired, ...]:
    """What to want; empty when it stands there already. `now` in seconds since the epoch."""
    if thread is None or _is_trouble(thread.parent):
        return tuple(_on_top(thread, trouble, intent, now))
    if thread.parent.state is State.GONE:
        return ()
    draft = could_not_recheck(trouble, thread.parent.intent)
    last = _open(thread)
    if last is None:
        count = sum(reply.part.startswith(TROUBLE) for reply in thread.replies)
        return (desired(f"{TROUBLE}.{count + 1}", draft),)
    return (desired(last.part, draft),) if needs(last, draft) else ()


def failure_resolved(thread: Thread | None, report: Report) -> Iterator[Desired]:
    """A check went through: the last trouble says so."""
    if thread and (last := _open(thread)):
        yield desired(last.part, check_succeeded(report.image))


def _on_top(thread: Thread | None, trouble: CheckFailure, intent: str, now: float) -> Iterator[Desired]:
    name = thread.parent.intent if thread else intent
    draft = could_not_check(trouble, name)
    if thread is None or needs(thread.parent, draft):
        since = thread.parent.since if thread else now
        fields = {"verdict": str(Verdict.UNKNOWN), "since": f"{since:.3f}", "digest": ""}
        yield desired("", draft, intent=name, fields=fields)


def _open(thread: Thread) -> Message | None:
    troubles = [reply for reply in thread.replies if reply.part.startswith(TROUBLE)]
    last = troubles[-1] if troubles else None
    return last if last and last.facts.get("state") != "over" and last.state is not State.GONE else None


def _is_trouble(parent: Message) -> bool:
    """Whether the parent itself says "could not check"."""
    return parent.state is not State.GONE and "state" in parent.facts
