"""Which messages a thread needs when a check did not work. No I/O.

An existing verdict stays, because it was true for its digest. The failure goes into a reply, which is edited until a
check succeeds. In a thread without a verdict, the parent shows the failure.
"""

from collections.abc import Iterator
from typing import Final

from bot.render.slack.check_failure import CheckFailure, check_succeeded, could_not_check, could_not_recheck
from bot.report import Verdict
from bot.slack.desired import desired, needs
from bot.store.threads import Desired, Message, MessageState, Thread

TROUBLE: Final = "trouble"


def plan_failure(thread: Thread | None, failure: CheckFailure, *, intent: str, now: float) -> tuple[Desired, ...]:
    """The desired messages; empty if nothing has changed. `now` in seconds since the epoch."""
    if thread is None or _is_failure(thread.parent):
        return tuple(_on_top(thread, failure, intent, now))
    if thread.parent.state is MessageState.GONE:
        return ()
    draft = could_not_recheck(failure, thread.parent.intent)
    last = _open(thread)
    if last is None:
        count = sum(reply.part.startswith(TROUBLE) for reply in thread.replies)
        return (desired(f"{TROUBLE}.{count + 1}", draft),)
    return (desired(last.part, draft),) if needs(last, draft) else ()


def failure_resolved(thread: Thread | None, title: str) -> Iterator[Desired]:
    """After a successful check, the last failure reply says so."""
    if thread and (last := _open(thread)):
        yield desired(last.part, check_succeeded(title))


def _on_top(thread: Thread | None, failure: CheckFailure, intent: str, now: float) -> Iterator[Desired]:
    name = thread.parent.intent if thread else intent
    draft = could_not_check(failure, name)
    if thread is None or needs(thread.parent, draft):
        since = thread.parent.since if thread else now
        fields = {"verdict": str(Verdict.UNKNOWN), "since": f"{since:.3f}", "digest": ""}
        yield desired("", draft, intent=name, fields=fields)


def _open(thread: Thread) -> Message | None:
    failures = [reply for reply in thread.replies if reply.part.startswith(TROUBLE)]
    last = failures[-1] if failures else None
    return last if last and last.facts.get("state") != "over" and last.state is not MessageState.GONE else None


def _is_failure(parent: Message) -> bool:
    """Whether the parent itself says "could not be checked"."""
    return parent.state is not MessageState.GONE and "state" in parent.facts
