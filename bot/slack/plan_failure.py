"""Which messages a thread needs when a check did not work. No I/O.

An existing verdict stays, because it was true for its digest. The failure goes into a reply, which is edited until a
check succeeds. In a thread without a verdict, the parent shows the failure. A reply that somebody deletes comes back
with the next trouble only, or with that of another image.
"""

from collections.abc import Iterator
from typing import Final

from bot.render.release.view import ReleaseView
from bot.render.slack.check_failure import (
    CheckFailure,
    check_succeeded,
    could_not_check,
    could_not_recheck,
    still_unchecked,
)
from bot.render.slack.unchecked import Unchecked
from bot.report import Verdict
from bot.slack.desired import desired, needs
from bot.store.threads import Desired, Message, MessageState, Thread

TROUBLE: Final = "trouble"


def plan_failure(
    thread: Thread | None, failure: CheckFailure, *, intent: str, now: float, is_news: bool = False
) -> tuple[Desired, ...]:
    """The desired messages; empty if nothing has changed.

    `now` is when the check failed, in seconds since the epoch by the store's clock. `is_news`: see `is_untold`.
    """
    if thread is None or _is_failure(thread.parent):
        return tuple(_on_top(thread, failure, intent, now))
    if thread.parent.state is MessageState.GONE:
        return ()
    last = _open(thread)
    if last is not None and last.state is MessageState.GONE and (is_news or not _names(last, failure.image)):
        last = None
    draft = could_not_recheck(failure, thread.parent.intent, _with(last, failure, now))
    if last is None:
        count = sum(reply.part.startswith(TROUBLE) for reply in thread.replies)
        return (desired(f"{TROUBLE}.{count + 1}", draft),)
    return (desired(last.part, draft),) if needs(last, draft) else ()


def failure_resolved(thread: Thread | None, release: ReleaseView) -> Iterator[Desired]:
    """After a successful check, the last failure reply names the images that are left, or says that all are checked."""
    last = _open(thread) if thread else None
    if thread is None or last is None:
        return
    failed = Unchecked.of(last.facts)
    looks = {one.image: one.looked_at for one in (*release.images, *release.unasked) if one.report is not None}
    left = failed.without(image for image, at in failed.failed_at.items() if _is_checked(looks.get(image), at))
    if not left.failed_at:
        yield desired(last.part, check_succeeded(release.title))
    elif left != failed:
        yield desired(last.part, still_unchecked(left, thread.parent.intent, str(last.facts.get("state", ""))))


def _is_checked(looked_at: float | None, failed_at: float) -> bool:
    """Whether a successful check began after that failure; one without a time, from an earlier version, counts."""
    return looked_at is not None and (not looked_at or looked_at > failed_at)


def _with(message: Message | None, failure: CheckFailure, now: float) -> Unchecked:
    """The images that the message names, and the one that failed now."""
    return (Unchecked.of(message.facts) if message else Unchecked({})).joined(failure.image, now)


def _on_top(thread: Thread | None, failure: CheckFailure, intent: str, now: float) -> Iterator[Desired]:
    name = thread.parent.intent if thread else intent
    draft = could_not_check(failure, name, _with(thread.parent if thread else None, failure, now))
    if thread is None or needs(thread.parent, draft):
        since = thread.parent.since if thread else now
        fields = {"verdict": str(Verdict.UNKNOWN), "since": f"{since:.3f}", "digest": ""}
        yield desired("", draft, intent=name, fields=fields)


def _open(thread: Thread) -> Message | None:
    """The reply whose trouble is not over; one that somebody deleted is kept up to date, too, and never sent."""
    failures = [reply for reply in thread.replies if reply.part.startswith(TROUBLE)]
    last = failures[-1] if failures else None
    return last if last and last.facts.get("state") != "over" else None


def is_untold(before: Thread | None, now: Thread | None, image: str) -> bool:
    """Whether the trouble of that image went into a reply that proved to be deleted: nobody has read of it."""
    was, last = (_open(thread) if thread else None for thread in (before, now))
    if was is None or last is None or (was.part, last.state) != (last.part, MessageState.GONE):
        return False
    return was.state is not MessageState.GONE and not _names(was, image)


def _names(reply: Message, image: str) -> bool:
    return image in Unchecked.of(reply.facts).failed_at


def _is_failure(parent: Message) -> bool:
    """Whether the parent itself says "could not be checked"."""
    return parent.state is not MessageState.GONE and "state" in parent.facts
